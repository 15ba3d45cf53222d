import type { Times } from "./times.ts";

/** By when an answer is promised: the hour today, the day as well where it is another one. */
export function sayDeadline(at: number, now: number, times: Times): string {
  return new Date(at).toDateString() === new Date(now).toDateString() ? times.clock(at) : times.full(at);
}
