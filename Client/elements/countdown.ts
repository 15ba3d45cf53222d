// How much time is left for an answer that is paid, in figures that fit a narrow column.

import type { Texts } from "./texts.ts";

const secondMilliseconds = 1_000;
const minuteMilliseconds = 60_000;
const hourMilliseconds = 60 * minuteMilliseconds;
const dayMilliseconds = 24 * hourMilliseconds;
/** Below it every second is told. */
const closeMilliseconds = 10 * minuteMilliseconds;
const soonMilliseconds = 15 * minuteMilliseconds;
const urgentMilliseconds = 5 * minuteMilliseconds;

export type Urgency = "calm" | "soon" | "urgent" | "over";

export function urgencyOf(dueAt: number, now: number): Urgency {
  const left = dueAt - now;
  if (left <= 0) return "over";
  if (left < urgentMilliseconds) return "urgent";
  return left < soonMilliseconds ? "soon" : "calm";
}

/** The tone of a tag; the figures beside it say the same. */
export const toneOf: Readonly<Record<Urgency, "wait" | "bad" | null>> = {
  calm: null,
  soon: "wait",
  urgent: "bad",
  over: "bad",
};

/**
 * "3 days", below two days "47 hours", below two hours "119 min", below ten minutes "9:41"; null when the time is over. Never more than there
 * is.
 */
export function sayLeft(dueAt: number, now: number, texts: Pick<Texts, "say" | "count">): string | null {
  const left = dueAt - now;
  if (left <= 0) return null;
  if (left >= 2 * dayMilliseconds) return texts.count("due.days", Math.floor(left / dayMilliseconds));
  if (left >= 2 * hourMilliseconds) return texts.count("due.hours", Math.floor(left / hourMilliseconds));
  if (left >= closeMilliseconds) return texts.say("due.minutes", { count: Math.floor(left / minuteMilliseconds) });
  // Rounded up, so that the last second is one and not none.
  const seconds = Math.min(Math.ceil(left / secondMilliseconds), closeMilliseconds / secondMilliseconds - 1);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
