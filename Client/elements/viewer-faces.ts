import type { Viewer } from "../live/wire.ts";
import { makeFace } from "./face.ts";
import { make, setAttributes, setText } from "./make.ts";
import { plainName, type Texts } from "./texts.ts";

const mostFaces = 3;

/** Who else of the team has this chat open: small faces, and in words for a screen reader and a mouse that waits. */
export class ViewerFaces {
  readonly node: HTMLElement;
  readonly #texts: Texts;
  readonly #faces = make("span", { class: "faces", "aria-hidden": "true" });
  readonly #words = make("span", { class: "unseen", role: "status" });

  constructor(texts: Texts) {
    this.#texts = texts;
    this.node = make("div", { class: "viewers" }, this.#faces, this.#words);
  }

  show(viewers: readonly Viewer[]): void {
    const names = viewers.map(({ name }) => plainName(name));
    const words = names.length === 0 ? "" : this.#texts.say("chat.viewing", { names });
    setAttributes(this.node, { title: words || false, "data-empty": names.length === 0 });
    if (this.#words.textContent === words) return;
    setText(this.#words, words);
    const more = viewers.length - mostFaces;
    const faces = viewers.slice(0, mostFaces).map(({ name, avatar }) => makeFace({ name, avatar, size: "small" }));
    this.#faces.replaceChildren(
      ...faces,
      ...(more > 0 ? [make("span", { class: "face", "data-size": "small" }, `+${more}`)] : []),
    );
  }
}
