// Canned replies (P1) without the DOM: which of them a / that is being typed could mean, and how their places are filled.

import type { Mention } from "../live/wire.ts";

export interface CannedReply {
  readonly id: string;
  readonly name: string;
  /** Empty where it only does something. */
  readonly text: string;
  readonly tags: readonly string[];
  readonly closes: boolean;
  /** Who is asked to take over. */
  readonly to: Mention | null;
}

export interface Slash {
  /** Where the / stands. */
  readonly from: number;
  /** What was typed after it, up to the cursor. */
  readonly typed: string;
}

export const places = ["visitor", "agent", "site", "page", "email", "service"] as const;
export type Values = Readonly<Record<typeof places[number], string | null>>;

const longestTyped = 40;
const mostOffered = 8;
const place = new RegExp(`\\{(${places.join("|")})\\}`, "g");

/** The / that is being typed at the start of a word where the cursor stands, or null. */
export function slashAt(text: string, cursor: number): Slash | null {
  const before = text.slice(0, cursor);
  const from = before.lastIndexOf("/");
  if (from === -1 || /\S/.test(before[from - 1] ?? "")) return null;
  const typed = before.slice(from + 1);
  return typed.length > longestTyped || /^\s|\n/.test(typed) ? null : { from, typed };
}

/** Those in whose name or words every typed word stands, first those whose name begins with it. */
export function fitting(replies: readonly CannedReply[], typed: string): readonly CannedReply[] {
  const wanted = plain(typed).split(/\s+/).filter((word) => word !== "");
  const [first = ""] = wanted;
  const fits = replies.filter(({ name, text }) => {
    const words = plain(`${name} ${text}`);
    return wanted.every((word) => words.includes(word));
  });
  const begins = ({ name }: CannedReply): boolean => first !== "" && plain(name).startsWith(first);
  return [...fits.filter(begins), ...fits.filter((reply) => !begins(reply))].slice(0, mostOffered);
}

/** Whether it does something besides being said. */
export function isMacro({ tags, closes, to }: CannedReply): boolean {
  return tags.length > 0 || closes || to !== null;
}

/** In one pass, so that a name with braces is never taken for a place. What nobody knows stays as it is: a gap. */
export function fill(text: string, values: Values): string {
  return text.replaceAll(place, (gap, name: keyof Values) => values[name] || gap);
}

/** The same where what nobody knows is left out. */
export function fillWhatIsKnown(text: string, values: Values): string {
  return text.replaceAll(place, (_gap, name: keyof Values) => values[name] ?? "");
}

/** The first place that nothing was put into. */
export function gapIn(text: string): { readonly from: number; readonly gap: string } | null {
  const from = text.search(place);
  return from === -1 ? null : { from, gap: text.slice(from).match(place)?.[0] ?? "" };
}

/** The text with the words in the place of the / and what was typed after it, and where the cursor stands then. */
export function put(
  text: string,
  { from, typed }: Slash,
  words: string,
): { readonly text: string; readonly cursor: number } {
  const rest = text.slice(from + 1 + typed.length);
  return { text: text.slice(0, from) + words + rest, cursor: from + words.length };
}

function plain(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}
