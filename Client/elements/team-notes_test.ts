import { assertEquals } from "../live/asserting.ts";
import { layOut } from "../live/layout.ts";
import { Log } from "../live/log.ts";
import { entry, message, subscribed } from "../live/testing.ts";
import { isHappening } from "./happening.ts";
import { noteOf, withNotes } from "./team-notes.ts";

const clara = { kind: "agent", id: "3", name: "Clara", avatar: "fern", colour: 1 } as const;
const body = { text: "Ask @Marc", mentions: [{ id: "4", name: "Marc" }] };

Deno.test("E40: a note stands at its place, by itself among the messages of its author", () => {
  const log = new Log("chat.5");
  const note = entry(2, 1, { event: "NoteAdded", body }, { by: clara, at: 0 });
  const entries = [message(1, 0, { by: clara, at: 0 }), note, message(3, 2, { by: clara, at: 0 })];
  log.take(subscribed({ head: 3, entries, reset: true }), 0);
  const options = { isLine: isHappening, me: { kind: "agent" } } as const;
  const items = layOut({ entries: withNotes(log.entries), tickOf: (entry) => log.tickOf(entry) }, [], options);
  const bubbles = items.filter((item) => item.kind === "bubble");
  assertEquals(bubbles.map(({ isFirst, isLast }) => isFirst && isLast), [true, true, true]);
  assertEquals(bubbles.map((bubble) => noteOf(bubble, log.entries)?.mentions ?? null), [null, body.mentions, null]);
});

Deno.test("E40: an erased note is a line, and no bubble", () => {
  const erased = entry(1, 0, { event: "NoteAdded", body: { text: "", mentions: [] } }, { by: clara });
  assertEquals(withNotes([erased]), [erased]);
  assertEquals(isHappening(erased), true);
});
