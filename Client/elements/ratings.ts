// What a customer thought of an answer, or a visitor of a chat, as both sides see it.

import type { Entry, Rating } from "../live/wire.ts";
import { make } from "./make.ts";

export const mostStars = 5;
/** From so many on somebody is content. */
export const goodStars = 4;

/** The latest says it; null where none was given. */
export function ratingOf(n: number, entries: readonly Entry[]): Rating | null {
  const found = entries.findLast((entry) => entry.event === "AnswerRated" && entry.body.of === n);
  return found?.event === "AnswerRated" ? found.body : null;
}

/** Stars for the eye, `spoken` for the ear. */
export function makeGivenStars(stars: number, spoken: string): HTMLElement {
  const drawn = "★".repeat(stars) + "☆".repeat(mostStars - stars);
  return make("span", { class: "given", role: "img", "aria-label": spoken }, drawn);
}
