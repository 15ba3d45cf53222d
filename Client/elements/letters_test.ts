import { assertEquals } from "../live/asserting.ts";
import { Log } from "../live/log.ts";
import type { Entry } from "../live/wire.ts";
import { letterOf, tickWithLetters } from "./letters.ts";

const clara = { kind: "agent", id: "3", name: "Clara" } as const;

function said(n: number): Entry {
  const body = { kind: "text", text: "Hello" } as const;
  return { event: "MessageSent", topic: "chat.5", n, after: n - 1, at: n * 1000, chat: "9", by: clara, body } as Entry;
}

function letter(n: number, event: "AnswerEmailed" | "AnswerOpened", above: number, upTo: number): Entry {
  const by = { kind: "system" };
  return { event, topic: "chat.5", n, after: n - 1, at: n * 1000, chat: "9", by, body: { above, upTo } } as Entry;
}

Deno.test("X4: an answer is emailed from the letter that took it on, and opened by its link", () => {
  const entries = [said(1), said(2), said(3), letter(4, "AnswerEmailed", 1, 3)];
  assertEquals(letterOf(1, entries), null);
  assertEquals(letterOf(3, entries), { step: "emailed", at: 4000 });
  entries.push(letter(5, "AnswerOpened", 0, 3));
  assertEquals([1, 2, 3].map((n) => letterOf(n, entries)?.step ?? null), [null, "opened", "opened"]);
});

Deno.test("X4: opened says more than seen, and seen more than emailed", () => {
  const log = new Log("chat.5");
  log.entries = [said(1), said(2), letter(3, "AnswerEmailed", 0, 2)];
  const ticks = () => [1, 2].map((n) => tickWithLetters(log.entries[n - 1] as Entry, log));
  assertEquals(ticks(), ["emailed", "emailed"]);
  log.marks = { visitor: { delivered: 1, seen: 1 }, team: { delivered: 0, seen: 0 } };
  assertEquals(ticks(), ["seen", "emailed"]);
  log.entries = [...log.entries, letter(4, "AnswerOpened", 0, 2)];
  assertEquals(ticks(), ["opened", "opened"]);
  const asked = { ...said(2), by: { kind: "visitor" } } as Entry;
  assertEquals(tickWithLetters(asked, log), "sent");
});
