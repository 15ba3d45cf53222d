// One message of a thread, in the console and in the widget.

import type { BubbleItem } from "../live/layout.ts";
import type { BubbleSide } from "../live/wire.ts";
import { makeButton } from "./buttons.ts";
import { colourOf } from "./colours.ts";
import { makeFace, type Person } from "./face.ts";
import { isTick, tick } from "./icons.ts";
import { make, setAttributes, setText } from "./make.ts";
import { plainName } from "./texts.ts";
import type { Times } from "./times.ts";

/** What all bubbles of a thread work with. */
export interface BubbleDesk {
  readonly times: Times;
  readonly words: BubbleWords;
  /** What is said while it waits to go out again by itself. */
  readonly sayLater: (seconds: number) => string;
  readonly outbox: { tryAgain(client: string): void; discard(client: string): void };
  /** Draws what was sent: files, and texts with their links. Until it is there, both are plain words. */
  readonly makeContent: ((item: BubbleItem) => Content) | undefined;
}

export interface BubbleWords {
  readonly again: string;
  readonly discard: string;
  readonly unsent: string;
  /** For a file that was chosen in a page that is gone. */
  readonly lost: string;
}

/** What stands in the place of the plain words. */
export interface Content {
  readonly element: HTMLElement;
  show(item: BubbleItem): void;
}

/** What the thread around it knows of a message. */
export interface BubbleLook {
  readonly side: BubbleSide;
  readonly author: string;
  /** Whether the eye is told the author, too; the ear is in any case. */
  readonly showsAuthor: boolean;
  /** How far it got, in words; null where that is not told. */
  readonly tick: string | null;
  readonly face?: Person | null;
}

export interface Bubble {
  readonly element: HTMLElement;
  show(item: BubbleItem, look: BubbleLook): void;
}

/** Its parts stay the same while its state goes from waiting to seen, so that the log reads out the words once. */
export function makeBubble(desk: BubbleDesk): Bubble {
  const { times, words, sayLater, outbox } = desk;
  const author = make("bdi");
  const header = make("header", {}, author);
  const text = make("p", { dir: "auto" });
  const time = make("time");
  // How far it got is looked up, not read out with every step.
  const footer = make("footer", { "aria-live": "off" });
  const refused = make("div", { class: "refusal" });
  const element = make("div", {}, header, text, footer, refused);
  let content: Content | undefined;
  let shown = "";

  /** What the server said against it, and the two ways on: nothing is lost by itself. */
  const showRefusal = ({ key, state, refusal, n }: BubbleItem): void => {
    refused.replaceChildren();
    const isLost = state === "lost";
    refused.hidden = !isLost && refusal === null || n !== null;
    if (refused.hidden) return;
    const { reason, text, retryAfterSeconds = 0 } = refusal ?? {};
    // The server says "try again", which a page must and a message does by itself.
    const later = reason === "tooFast" && sayLater(retryAfterSeconds);
    refused.append(make("p", {}, isLost ? words.lost : later || text || words.unsent));
    // It goes out by itself.
    if (isTick(state)) return;
    const again = makeButton(words.again, { "data-size": "small" });
    const discard = makeButton(words.discard, { "data-size": "small", "data-kind": "quiet" });
    again.onclick = () => outbox.tryAgain(key);
    discard.onclick = () => outbox.discard(key);
    refused.append(make("div", { class: "buttons" }, isLost ? "" : again, discard));
  };

  const show = (item: BubbleItem, look: BubbleLook): void => {
    const { makeContent } = desk;
    const now = JSON.stringify([item, look, !makeContent]);
    if (now === shown) return;
    shown = now;
    const { n, state, at } = item;
    setAttributes(element, {
      class: "bubble",
      "data-side": look.side,
      "data-voice": item.voice,
      "data-first": item.isFirst,
      "data-last": item.isLast,
      "data-colour": colourOf(item.by.colour),
      "data-state": n === null ? state : null,
      "data-n": n,
    });
    setText(author, plainName(look.author));
    header.className = look.showsAuthor ? "" : "unseen";
    if (makeContent) {
      if (content === undefined) text.replaceWith((content = makeContent(item)).element);
      content.show(item);
    } else setText(text, item.text);
    setText(time, times.clock(at));
    setAttributes(time, { datetime: new Date(at).toISOString(), title: times.full(at) });
    footer.hidden = !item.tellsState;
    footer.replaceChildren(time, look.tick !== null && isTick(state) ? tick(state, look.tick) : "");
    showRefusal(item);
    element.querySelector(".face")?.remove();
    if (look.face) element.append(makeFace({ ...look.face, size: "small" }));
  };

  return { element, show };
}
