// Taking back what was just written: for how long a message stays with its writer before it leaves (X11).

const key = "parley.undo";
export const holds = [0, 5, 10] as const;
export type Hold = typeof holds[number];

/** What this browser keeps for an account; nothing is held where nothing was chosen. */
export function readHold(account: string, storage: Storage | null): Hold {
  try {
    const kept = Number(storage?.getItem(`${key}.${account}`));
    return holds.find((seconds) => seconds === kept) ?? 0;
  } catch {
    return 0;
  }
}

export function keepHold(account: string, seconds: Hold, storage: Storage | null): void {
  try {
    storage?.setItem(`${key}.${account}`, String(seconds));
  } catch {
    // Then it holds for this page.
  }
}

/** What was taken back stands before what was begun since. */
export function takenBack(text: string, begun: string): string {
  return begun.trim() === "" ? text : `${text}\n${begun}`;
}
