// Notes of the team in a thread: bubbles at their place in the log, of another colour, with those who are called in them.

import type { BubbleItem } from "../live/layout.ts";
import type { Entry, Mention, NoteBody } from "../live/wire.ts";
import type { Content } from "./bubble.ts";
import { makeLinked } from "./links.ts";
import { make } from "./make.ts";
import { withCalls } from "./mentions.ts";

/** The entries with every note as a message of a voice of its own, so that it stands in no group with what the visitor reads. */
export function withNotes(entries: readonly Entry[]): readonly Entry[] {
  return entries.map((entry) => {
    if (entry.event !== "NoteAdded" || entry.body.text === "") return entry;
    const by = { ...entry.by, id: `note ${entry.by.id}` };
    return { ...entry, by, event: "MessageSent", body: { kind: "text", text: entry.body.text } };
  });
}

/** The note that a bubble shows; null for a message. */
export function noteOf(item: BubbleItem, entries: readonly Entry[]): NoteBody | null {
  const entry = item.n === null ? undefined : entries.find((other) => other.n === item.n);
  if (entry?.event === "NoteAdded") return entry.body;
  return item.note === undefined ? null : { text: item.text, mentions: [] };
}

/** Its words, drawn once. */
export function makeNoteWords(account: string): Content {
  const element = make("p", { dir: "auto" });
  let shown = "";
  return {
    element,
    show({ text, note }): void {
      const mentions = (note?.mentions ?? []).filter((mention): mention is Mention => typeof mention !== "string");
      const now = JSON.stringify([text, mentions]);
      if (now === shown) return;
      shown = now;
      element.replaceChildren(
        ...withCalls(text, mentions).flatMap((part) =>
          typeof part === "string"
            ? makeLinked(part)
            : [make("span", { class: "call", "data-me": part.id === account }, `@${part.name}`)]
        ),
      );
    },
  };
}
