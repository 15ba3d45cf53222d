// A message that could not be paid for goes back to where it was written, so that it holds nothing back and nothing is lost.

import type { Outbox, Pending } from "../live/outbox.ts";
import type { MessageWay } from "../live/wire.ts";

type Box = Pick<Outbox, "pending" | "discard" | "tryAgain">;

/** Refusals of the deal: trying again at once would change nothing. */
const unpaid: ReadonlySet<string> = new Set([
  "creditMissing",
  "intakeFull",
  "answerPriceChanged",
  "wayChanged",
  "expertUnavailable",
  "featureOff",
  // What payers hold themselves to.
  "sessionLimitReached",
  "dayLimitReached",
  "monthLimitReached",
  "stopReached",
  "selfExcluded",
]);

export interface TakenBack {
  readonly text: string;
  /** What the server said. */
  readonly why: string;
  /** How the first of them was to go. */
  readonly way: MessageWay | undefined;
}

/** `keep` is given what comes back, before it leaves the outbox. Call it at each change. */
export function makeTakingBack(box: Box, keep: (taken: TakenBack) => void): (topic: string) => void {
  let isTaking = false;
  return (topic) => {
    const lane = box.pending(topic);
    const first = lane.findIndex(isUnpaid);
    // What was written behind it waits for it, and comes back with it.
    const texts = first < 0 ? [] : lane.slice(first).filter((pending) => pending.file === null);
    // Each that leaves is a change of its own.
    if (isTaking || texts.length === 0) return;
    isTaking = true;
    const text = texts.map((pending) => pending.text).join("\n");
    keep({ text, why: lane[first]?.refusal?.text ?? "", way: lane[first]?.deal?.way });
    // From the end, because what stands behind a message goes out as soon as the message is gone.
    for (const { client } of texts.reverse()) box.discard(client);
    isTaking = false;
  };
}

/** A file stays in the thread, where it can be seen; it goes out before what is sent after it. */
export function sendUnpaidFiles(box: Box, topic: string): void {
  for (const pending of box.pending(topic)) if (isUnpaid(pending)) box.tryAgain(pending.client);
}

function isUnpaid({ state, refusal }: Pending): boolean {
  return state === "refused" && unpaid.has(refusal?.reason ?? "");
}
