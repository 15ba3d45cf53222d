// What happened to a chat by the minute, as a line of its thread: both sides read the same (C6, C7, C8, C17).

import { sayClock } from "../live/minutes.ts";
import type { Entry, MinuteNews } from "../live/wire.ts";
import type { Texts } from "./texts.ts";

const steps: Readonly<Record<Exclude<MinuteNews["step"], "paused" | "ended">, string>> = {
  offered: "minutes.lineOffered",
  started: "minutes.lineStarted",
  billing: "minutes.lineBilling",
  low: "minutes.lineLow",
  idle: "minutes.lineIdle",
  resumed: "minutes.lineResumed",
};

const pauses: Readonly<Record<string, string>> = {
  connection: "minutes.pausedConnection",
  idle: "minutes.pausedIdle",
  recharge: "minutes.pausedRecharge",
};

const ends: Readonly<Record<string, string>> = {
  connection: "minutes.endConnection",
  idle: "minutes.endIdle",
  recharge: "minutes.endRecharge",
  funds: "minutes.endFunds",
  limit: "minutes.endLimit",
  customer: "minutes.endCustomer",
  expert: "minutes.endExpert",
  rest: "minutes.endRest",
  declined: "minutes.endDeclined",
  cancelled: "minutes.endCancelled",
  unanswered: "minutes.endUnanswered",
};

export function sayMinutes(entry: Entry, texts: Texts): string {
  if (entry.event !== "MinuteChat") return "";
  const { step, why, seconds, unit, units } = entry.body;
  if (step === "paused") return texts.say(pauses[why ?? ""] ?? "minutes.pausedConnection");
  if (step !== "ended") return texts.say(steps[step]);
  const because = texts.say(ends[why ?? ""] ?? "minutes.endConnection");
  if (seconds === null || unit === null || units === null) return texts.say("minutes.lineEnded", { why: because });
  const amount = sayUnits(unit, units, texts);
  return texts.say("minutes.lineBill", { why: because, time: sayClock(seconds * 1000), amount });
}

export function sayUnits(unit: string, units: number, texts: Texts): string {
  return texts.count(unit === "coins" ? "minutes.coins" : "minutes.credits", units);
}
