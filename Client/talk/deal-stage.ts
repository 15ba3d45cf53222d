// How a paid thread stands for its customer, from the deal and the log. Without the DOM.

import type { Deal, Entry, QuestionReach, Wallet } from "../live/wire.ts";

/**
 * `waits`: a question waits for its answer. `late`: it takes longer than it should. `over`: the time is over, and the server has not said
 * yet what became of it. `released`: nobody answered, and the credit is back. `rest`: nothing is open.
 */
export type Stage = "rest" | "waits" | "late" | "over" | "released";

export function stageOf(deal: Deal, entries: readonly Entry[], now: number): Stage {
  if (deal.open > 0 && deal.dueAt !== null) {
    if (now >= deal.dueAt) return "over";
    const isSaid = entries.findLast((entry) => isAnswer(entry) || isReleased(entry) || isLate(entry));
    // A clock that is slow does not know better than the server.
    const isLateByNow = deal.noticeAt !== null && now >= deal.noticeAt;
    return isLateByNow || isSaid?.event === "AnswerLate" ? "late" : "waits";
  }
  const last = entries.findLast((entry) => entry.event === "MessageSent" || isReleased(entry));
  return last?.event === "QuestionReleased" ? "released" : "rest";
}

/** How many units came back unanswered with the last release; lines of earlier versions do not say it. */
export function releasedUnits(entries: readonly Entry[], price: number): number {
  return entries.findLast(isReleased)?.body.units ?? releasedQuestions(entries) * price;
}

/** How many questions came back unanswered with the last release. */
export function releasedQuestions(entries: readonly Entry[]): number {
  const released = entries.findLast(isReleased);
  if (released === undefined) return 0;
  const { n, body: { of } } = released;
  // An answer after the last of these questions came too late for them.
  const settled = entries.filter((entry) => entry.n < n).map((entry) => {
    if (isReleased(entry)) return entry.body.of;
    return isAnswer(entry) && entry.n < of ? entry.n : 0;
  });
  const above = Math.max(0, ...settled);
  const questions = entries.filter((entry) => isQuestion(entry) && entry.n > above && entry.n <= of);
  return Math.max(1, questions.length);
}

/** Whether there is enough for one message more than those that are on their way. */
export function canPay(wallet: Wallet, price: number, underWay: number): boolean {
  return wallet.free >= price * (underWay + 1);
}

function isQuestion(entry: Entry): boolean {
  return entry.event === "MessageSent" && entry.by.kind === "visitor";
}

function isAnswer(entry: Entry): boolean {
  return entry.event === "MessageSent" && entry.by.kind === "agent";
}

type Released = Extract<Entry, { readonly body: QuestionReach; readonly event: string }> & {
  readonly body: QuestionReach;
};

function isReleased(entry: Entry): entry is Released {
  return entry.event === "QuestionReleased";
}

function isLate(entry: Entry): boolean {
  return entry.event === "AnswerLate";
}
