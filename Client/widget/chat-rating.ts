// What a visitor thinks of a chat that ended (P4): asked below its last line, for a day. It comes with after-chat.ts.

import { ratingOf } from "../elements/ratings.ts";
import type { Entry } from "../live/wire.ts";
import { makeRatingForm, type RatingForm } from "../talk/rating-form.ts";
import type { Scene } from "./scene.ts";
import type { VisitorChat } from "./visitor-chat.ts";

/** As the server has it, which has the last word. */
const openMilliseconds = 86_400_000;

/** The line that ended the latest chat, where somebody of the team answered in it; null while there is nothing to rate. */
export function endOf(entries: readonly Entry[]): Entry | null {
  const end = entries.findLast((entry) => entry.event === "ChatClosed" || entry.event === "ChatOpened");
  if (end?.event !== "ChatClosed") return null;
  const isAnswered = entries.some((entry) =>
    entry.event === "MessageSent" && entry.by.kind === "agent" && entry.chat === end.chat
  );
  return isAnswered ? end : null;
}

/** Once the line is back and the conversation followed on it, because only then may anything be said there. */
function followedAgain(chat: Pick<VisitorChat, "on">, topic: string): Promise<void> {
  return new Promise((resolve) => {
    const off = chat.on("frame", (frame) => {
      if (frame.event !== "Subscribed" || frame.topic !== topic) return;
      off();
      resolve();
    });
  });
}

/** Asks from now on, whenever a chat is over. */
export function rateChats({ chat, texts }: Scene, panel: HTMLElement, signal: AbortSignal): void {
  const scroller = panel.querySelector(".scroll");
  let form: RatingForm | null = null;
  let of = 0;

  /** Empty when it was taken. Waits for a lost line to come back: said twice it is the same. */
  const save = async (stars: number, text: string): Promise<string> => {
    const question = { do: "rate", topic: chat.log?.topic ?? "", of, stars, ...(text !== "" && { text }) } as const;
    for (;;) {
      const answer = await chat.ask(question);
      if (answer !== null) return answer.event === "Refused" ? answer.text : "";
      await followedAgain(chat, question.topic);
    }
  };

  const show = (): void => {
    const entries = chat.log?.entries ?? [];
    const end = chat.isChatOpen ? null : endOf(entries);
    if (end === null || end.n !== of) form?.element.remove();
    if (end === null || scroller === null) return void (of = 0);
    const rating = ratingOf(end.n, entries);
    const isOpen = Date.now() < end.at + openMilliseconds;
    if (end.n !== of) {
      of = end.n;
      form = makeRatingForm(texts, texts.say("thanks.question"), save);
      const isAtEnd =
        scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < form.element.clientHeight + 48;
      scroller.append(form.element);
      // Who saw the chat end sees what is asked about it.
      if (isAtEnd) requestAnimationFrame(() => scroller.scrollTop = scroller.scrollHeight);
    }
    form?.show(rating, isOpen);
    if (form !== null) form.element.hidden = rating === null && !isOpen;
  };
  chat.on("changed", show, signal);
  show();
}
