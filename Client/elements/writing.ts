// What every composer of a message knows.

import { make } from "./make.ts";

/** A message of the protocol has at most so many characters. */
export const longestText = 8_000;

/** How many characters more there is room for, less than 0 when it is too long. The protocol counts as Unicode does: a smiley is one. */
export function roomAfter(text: string): number {
  return longestText - [...text.trim()].length;
}

/** Enter sends, Shift-Enter breaks the line. While a syllable is being composed, Enter belongs to the input method. */
export function sends(event: KeyboardEvent): boolean {
  return event.key === "Enter" && !event.shiftKey && !event.isComposing;
}

/** Three dots that breathe beside the names of those who type. */
export function makeDots(): HTMLElement {
  return make("span", { class: "dots", "aria-hidden": "true" }, make("i"), make("i"), make("i"));
}
