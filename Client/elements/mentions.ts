// Calling a colleague in a note: what is being typed after an @, who could be meant, and who is called in the end.

import type { Mention } from "../live/wire.ts";

export interface Call {
  /** Where the @ stands. */
  readonly from: number;
  /** What was typed after it, up to the cursor. */
  readonly typed: string;
}

const longestCall = 40;
const mostSuggestions = 6;
const letter = /[\p{L}\p{N}\p{M}_]/u;

/** The call that is being typed where the cursor stands, or null. An address is none. */
export function callAt(text: string, cursor: number): Call | null {
  const before = text.slice(0, cursor);
  const from = before.lastIndexOf("@");
  if (from === -1 || letter.test(before[from - 1] ?? "")) return null;
  const typed = before.slice(from + 1);
  return typed.length > longestCall || /[\n@]/.test(typed) || typed.startsWith(" ") ? null : { from, typed };
}

/** Those of whom a word begins like that, in their order. */
export function suggest<Person extends Mention>(people: readonly Person[], typed: string): readonly Person[] {
  const wanted = plain(typed);
  const fits = ({ name }: Person): boolean =>
    plain(name).startsWith(wanted) || plain(name).split(/\s+/).some((word) => word.startsWith(wanted));
  return people.filter(fits).slice(0, mostSuggestions);
}

/** The text with the name in the place of what was typed, and where the cursor stands then. */
export function complete(text: string, call: Call, name: string): { readonly text: string; readonly cursor: number } {
  const called = `@${name} `;
  const rest = text.slice(call.from + 1 + call.typed.length).replace(/^ /, "");
  return { text: text.slice(0, call.from) + called + rest, cursor: call.from + called.length };
}

export type Part = string | Mention;

/** The text in its order, with those who are called in it. Of two names that begin alike the longer one is meant. */
export function withCalls(text: string, people: readonly Mention[]): readonly Part[] {
  const longestFirst = [...people].sort((a, b) => b.name.length - a.name.length);
  const parts: Part[] = [];
  let end = 0;
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
    if (at < end || letter.test(text[at - 1] ?? "")) continue;
    const person = longestFirst.find(({ name }) => isCalled(text, at, name));
    if (person === undefined) continue;
    parts.push(text.slice(end, at), person);
    end = at + 1 + person.name.length;
  }
  return [...parts, text.slice(end)].filter((part) => part !== "");
}

/** Each once. */
export function calledIn(text: string, people: readonly Mention[]): readonly string[] {
  return [...new Set(withCalls(text, people).flatMap((part) => typeof part === "string" ? [] : [part.id]))];
}

function isCalled(text: string, at: number, name: string): boolean {
  const end = at + 1 + name.length;
  return name !== "" && text.slice(at + 1, end).toLowerCase() === name.toLowerCase() && !letter.test(text[end] ?? "");
}

function plain(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}
