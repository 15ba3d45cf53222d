// One message of a thread, in the console and in the widget.

import type { BubbleItem } from "../live/layout.ts";
import type { BubbleSide } from "../live/wire.ts";
import { makeButton } from "./buttons.ts";
import { colourOf } from "./colours.ts";
import { makeFace, type Person } from "./face.ts";
import { tick } from "./icons.ts";
import { make, setAttributes, setText } from "./make.ts";
import type { Times } from "./times.ts";

/** What all bubbles of a thread work with. */
export interface BubbleDesk {
  readonly times: Times;
  readonly words: { readonly again: string; readonly discard: string; readonly unsent: string };
  readonly outbox: { tryAgain(client: string): void; discard(client: string): void };
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
export function makeBubble({ times, words, outbox }: BubbleDesk): Bubble {
  const author = make("bdi");
  const header = make("header", {}, author);
  const text = make("p", { dir: "auto" });
  const time = make("time");
  // How far it got is looked up, not read out with every step.
  const footer = make("footer", { "aria-live": "off" });
  const refused = make("div", { class: "refusal" });
  const element = make("div", {}, header, text, footer, refused);
  let shown = "";

  /** What the server said against it, and the two ways on: nothing is lost by itself. */
  const showRefusal = ({ key, state, refusal, n }: BubbleItem): void => {
    refused.replaceChildren();
    refused.hidden = refusal === null || n !== null;
    if (refused.hidden) return;
    refused.append(make("p", {}, refusal?.text || words.unsent));
    // It goes out by itself.
    if (state !== "refused") return;
    const again = makeButton(words.again, { "data-size": "small" });
    const discard = makeButton(words.discard, { "data-size": "small", "data-kind": "quiet" });
    again.onclick = () => outbox.tryAgain(key);
    discard.onclick = () => outbox.discard(key);
    refused.append(make("div", { class: "buttons" }, again, discard));
  };

  const show = (item: BubbleItem, look: BubbleLook): void => {
    const now = JSON.stringify([item, look]);
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
    setText(author, look.author);
    header.className = look.showsAuthor ? "" : "unseen";
    setText(text, item.text);
    setText(time, times.clock(at));
    setAttributes(time, { datetime: new Date(at).toISOString(), title: times.full(at) });
    footer.hidden = !item.tellsState;
    footer.replaceChildren(time, look.tick === null || state === "refused" ? "" : tick(state, look.tick));
    showRefusal(item);
    element.querySelector(".face")?.remove();
    if (look.face) element.append(makeFace({ ...look.face, size: "small" }));
  };

  return { element, show };
}
