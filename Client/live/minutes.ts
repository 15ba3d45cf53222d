// The clock of a chat by the minute between two words of the server. Without the DOM; the server's figures go before these.

import type { MinuteSession } from "./wire.ts";

const minuteMilliseconds = 60_000;
const secondMilliseconds = 1_000;

/** For how long the clock ran by now: never longer than there is credit for. */
export function ranBy(session: MinuteSession, now: number): number {
  if (session.phase !== "running") return session.ran;
  return Math.max(session.ran, Math.min(session.ran + now - session.asOf, session.lasts));
}

/** As it is known without a line: whoever is not heard is not billed, so the clock stands still from when it was cut. */
export function cutOff(session: MinuteSession, cutAt: number): MinuteSession {
  return session.phase === "running" ? { ...session, phase: "weak", ran: ranBy(session, cutAt), until: null } : session;
}

/** What that costs: by the second rounded down, or each minute that began. */
export function spentBy(session: MinuteSession, now: number): number {
  const paid = Math.max(0, ranBy(session, now) - session.freeSeconds * secondMilliseconds);
  const whole = Math.floor(paid / minuteMilliseconds);
  const rest = paid - whole * minuteMilliseconds;
  if (session.byMinute) return (whole + (rest > 0 ? 1 : 0)) * session.rate;
  return whole * session.rate + Math.floor(session.rate * Math.floor(rest / secondMilliseconds) / 60);
}

/** How long it can still run on what there is. */
export function leftBy(session: MinuteSession, now: number): number {
  return Math.max(0, session.lasts - ranBy(session, now));
}

export function isFree(session: MinuteSession, now: number): boolean {
  return ranBy(session, now) < session.freeSeconds * secondMilliseconds;
}

/** `3:07`. */
export function sayClock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / secondMilliseconds);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
