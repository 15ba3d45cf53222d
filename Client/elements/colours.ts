// E39: the first agent of a chat is blue, the second green, then a fixed list; the visitor is grey.

import { plainName } from "./texts.ts";

/** As many as tokens.css names; after them the list starts again. */
const agentColours = 6;

/** The value of `data-colour` for an agent's index, which starts at 1. */
export function colourOf(index: number | undefined): string | null {
  if (index === undefined || index < 1) return null;
  return String((index - 1) % agentColours + 1);
}

/** The letters that stand for a person without a drawing. */
export function initialsOf(name: string | null): string {
  const words = plainName(name ?? "").trim().split(/\s+/).filter((word) => word !== "");
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0] ?? "");
  return letters.join("") || "?";
}
