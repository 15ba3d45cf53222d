// Addresses in what people wrote. They become anchors around text, never markup.

import type { Content } from "./bubble.ts";
import { make } from "./make.ts";

export interface Link {
  readonly text: string;
  readonly href: string;
}

// Signs that turn the direction of a text around belong to no address: they would show another one.
const candidate =
  /(?:https?:\/\/|mailto:|[\w.+-]+@(?=[\w-]+\.))[^\s<>"\u200e\u200f\u202a-\u202e\u2066-\u2069]{1,2000}/gi;
const brackets: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** The text in its order, addresses as links. Put together again it is the same text. */
export function linked(text: string): (string | Link)[] {
  const parts: (string | Link)[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(candidate)) {
    const address = withoutEnd(found);
    const href = hrefOf(address);
    if (href === null || /[\p{L}\p{N}]$/u.test(text.slice(end, index))) continue;
    parts.push(text.slice(end, index), { text: address, href });
    end = index + address.length;
  }
  return [...parts, text.slice(end)].filter((part) => part !== "");
}

export function makeLinked(text: string): (string | HTMLElement)[] {
  const rel = "noopener noreferrer nofollow ugc";
  return linked(text).map((part) =>
    // An address reads from left to right in every language.
    typeof part === "string" ? part : make("a", { href: part.href, target: "_blank", rel, dir: "ltr" }, part.text)
  );
}

/** The words of a message. They are drawn once, so that the log does not read them out again with every tick. */
export function makeWords(): Content {
  const element = make("p", { dir: "auto" });
  return {
    element,
    show({ text }): void {
      if (element.textContent !== text) element.replaceChildren(...makeLinked(text));
    },
  };
}

/** What ends the sentence is no part of the address; a closing bracket is, when the address opened it. */
function withoutEnd(found: string): string {
  let end = found.length;
  while (end > 0 && isOutside(found.slice(0, end))) end -= 1;
  return found.slice(0, end);
}

function isOutside(address: string): boolean {
  const last = address.at(-1) ?? "";
  const opening = brackets[last];
  if (opening === undefined) return /[^\p{L}\p{N}\p{M}/=&#%_+$-]/u.test(last);
  return address.split(last).length > address.split(opening).length;
}

/** Null for what only looks like an address, and for one that hides its host behind a name to sign in with. */
function hrefOf(address: string): string | null {
  const isWeb = /^https?:/i.test(address);
  if (!isWeb) {
    return /^(mailto:)?[^@\s]+@[\w-]+(\.[\w-]+)+$/i.test(address) ? `mailto:${address.replace(/^mailto:/i, "")}` : null;
  }
  const url = URL.canParse(address) ? new URL(address) : null;
  return url === null || url.username !== "" ? null : url.href;
}
