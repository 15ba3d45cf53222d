// Where the focus goes in a list that has one stop for the Tab key (roving focus).

export type Step = "next" | "previous" | "first" | "last";

/** The step that a key means; j and k are for hands that stay on the letters. */
export function stepOf(key: string): Step | null {
  switch (key) {
    case "j":
    case "ArrowDown":
      return "next";
    case "k":
    case "ArrowUp":
      return "previous";
    case "Home":
      return "first";
    case "End":
      return "last";
    default:
      return null;
  }
}

/** The place to go to from `current`, or null in an empty list. The ends hold: nobody jumps from the last to the first unawares. */
export function moved<Item>(items: readonly Item[], current: Item | null, step: Step): Item | null {
  const last = items.length - 1;
  const from = current === null ? -1 : items.indexOf(current);
  const goal = {
    first: 0,
    last,
    next: Math.min(from + 1, last),
    previous: from === -1 ? 0 : Math.max(from - 1, 0),
  }[step];
  return items[goal] ?? null;
}

/** Which item Tab reaches: where one was, else what is open, else the first. */
export function tabStop<Item>(items: readonly Item[], visited: Item | null, opened: Item | null): Item | null {
  if (visited !== null && items.includes(visited)) return visited;
  if (opened !== null && items.includes(opened)) return opened;
  return items[0] ?? null;
}
