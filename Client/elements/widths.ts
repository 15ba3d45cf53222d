// What fits beside each other; console.css has the same widths.

/** Whether the sidebar has a column of its own. */
export function hasRoom(): boolean {
  return matchMedia("(width >= 72rem)").matches;
}

export function hasOneColumn(): boolean {
  return matchMedia("(width < 48rem)").matches;
}
