// What the letters with answers add to how far a message got (X4): taken by the mail server, opened by the link.

import type { Log, Tick } from "../live/log.ts";
import type { Entry } from "../live/wire.ts";

export interface LetterStep {
  readonly step: "emailed" | "opened";
  readonly at: number;
}

/** Null for a message that went into no letter, and for one whose letter has not left yet. */
export function letterOf(n: number, entries: readonly Entry[]): LetterStep | null {
  const emailed = entries.find((entry) => entry.event === "AnswerEmailed" && isIn(n, entry.body));
  if (emailed === undefined) return null;
  const opened = entries.find((entry) => entry.event === "AnswerOpened" && n <= entry.body.upTo);
  return opened === undefined ? { step: "emailed", at: emailed.at } : { step: "opened", at: opened.at };
}

/** Opened says more than seen, and seen more than emailed. */
export function tickWithLetters(entry: Entry, log: Log): Tick {
  const tick = log.tickOf(entry);
  const letter = entry.by.kind === "agent" ? letterOf(entry.n, log.entries) : null;
  return letter === null || (tick === "seen" && letter.step === "emailed") ? tick : letter.step;
}

function isIn(n: number, { above, upTo }: { readonly above: number; readonly upTo: number }): boolean {
  return n > above && n <= upTo;
}
