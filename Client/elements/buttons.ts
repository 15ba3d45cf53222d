import type { Drawing } from "./drawings.ts";
import { icon } from "./icons.ts";
import { type Attributes, make } from "./make.ts";

/** A button that submits nothing by itself. */
export function makeButton(words: string, attributes: Attributes = {}, picture?: Drawing): HTMLButtonElement {
  const drawn = picture === undefined ? null : icon(picture);
  return make("button", { class: "button", type: "button", ...attributes }, words, drawn);
}

/** A picture alone: its words are for a screen reader and for a mouse that waits. */
export function makeIconButton(picture: Drawing, words: string, attributes: Attributes = {}): HTMLButtonElement {
  const look = { "data-kind": "quiet", "data-shape": "icon", "aria-label": words, title: words };
  return makeButton("", { ...look, ...attributes }, picture);
}
