// One message of the thread. The element stays the same while its state goes from waiting to seen.

import { colourOf } from "../elements/colours.ts";
import { makeFace } from "../elements/face.ts";
import { make, setAttributes, setText } from "../elements/make.ts";
import type { BubbleItem } from "../live/layout.ts";
import { tick } from "./pictures.ts";
import type { Scene } from "./scene.ts";

const tickNames = {
  waiting: "tick.waiting",
  sending: "tick.sending",
  sent: "tick.sent",
  delivered: "tick.delivered",
  seen: "tick.seen",
};

export class Bubble {
  readonly element = make("div", { class: "bubble" });
  readonly #scene: Scene;
  readonly #header = make("header");
  readonly #text = make("p", { dir: "auto" });
  readonly #time = make("time");
  readonly #tick = make("span");
  readonly #footer: HTMLElement;
  readonly #refusal = make("div", { class: "refusal", hidden: true });
  #shown = "";

  constructor(scene: Scene) {
    this.#scene = scene;
    // How far it got is looked up, not read out with every step.
    this.#footer = make("footer", { "aria-live": "off" }, this.#time, this.#tick);
    this.element.append(this.#header, this.#text, this.#footer, this.#refusal);
  }

  show(item: BubbleItem): void {
    const shown = JSON.stringify(item);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const { config, texts, times } = this.#scene;
    const isMine = item.voice === "visitor";
    const theirs = config.site.ours;
    const mine = theirs === "end" ? "start" : "end";
    setAttributes(this.element, {
      "data-side": isMine ? mine : theirs,
      "data-first": item.isFirst,
      "data-last": item.isLast,
      "data-colour": isMine ? null : colourOf(item.by.colour),
      "data-state": item.n === null ? item.state : null,
      "data-voice": item.voice,
    });
    setText(this.#header, isMine ? texts.say("thread.you") : item.by.name ?? config.site.name);
    // The side says it to the eye; who follows themselves says it once.
    this.#header.className = isMine || !item.isFirst ? "unseen" : "";
    setText(this.#text, item.text);
    setText(this.#time, times.clock(item.at));
    setAttributes(this.#time, { datetime: new Date(item.at).toISOString(), title: times.full(item.at) });
    this.#footer.hidden = !item.tellsState;
    this.#showFace(item);
    this.#showTick(item);
    this.#showRefusal(item);
  }

  #showFace(item: BubbleItem): void {
    this.element.querySelector(".face")?.remove();
    if (item.voice !== "agent" || !item.isLast) return;
    const { name, avatar } = item.by;
    this.element.append(makeFace({ name: name ?? null, avatar: avatar ?? null, size: "small" }));
  }

  #showTick(item: BubbleItem): void {
    this.#tick.replaceChildren();
    if (item.voice !== "visitor" || item.state === "refused") return;
    this.#tick.append(tick(item.state, this.#scene.texts.say(tickNames[item.state])));
  }

  #showRefusal({ key, state, refusal, n }: BubbleItem): void {
    this.#refusal.replaceChildren();
    this.#refusal.hidden = refusal === null || n !== null;
    if (this.#refusal.hidden || refusal === null) return;
    const { texts, chat } = this.#scene;
    this.#refusal.append(make("p", {}, refusal.text || texts.say("pending.tooLarge")));
    if (state !== "refused") return;
    const again = smallButton(texts.say("pending.tryAgain"), () => chat.tryAgain(key));
    const discard = smallButton(texts.say("pending.discard"), () => chat.discard(key));
    this.#refusal.append(make("div", { class: "buttons" }, again, discard));
  }
}

function smallButton(label: string, action: () => void): HTMLButtonElement {
  const button = make("button", { type: "button" }, label);
  button.onclick = action;
  return button;
}
