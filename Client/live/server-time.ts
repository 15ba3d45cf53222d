// A deadline is a moment of the server's clock, and the clock of a telephone may be minutes off. What comes live tells the difference.

import { isEntry, type ServerFrame } from "./wire.ts";

/** Less is the way from the server to here. */
const leastMilliseconds = 5_000;

export class ServerTime {
  #ahead = 0;

  take(frame: ServerFrame, now: number): void {
    const at = isEntry(frame) || frame.event === "Acknowledged" ? frame.at : null;
    if (at === null) return;
    const ahead = at - now;
    this.#ahead = Math.abs(ahead) < leastMilliseconds ? 0 : ahead;
  }

  now(here: number): number {
    return here + this.#ahead;
  }
}
