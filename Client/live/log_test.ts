import { assert, assertEquals } from "./asserting.ts";
import { Log } from "./log.ts";
import { ada, entry, message, noMarks, subscribed } from "./testing.ts";
import type { Author, Chat } from "./wire.ts";

const clara: Author = { kind: "agent", id: "3", name: "Clara", avatar: "fern", colour: 1 };
const waiting: Chat = { id: "9", state: "waiting", form: "needed", offline: false };

function held(...numbers: [n: number, after: number][]): Log {
  const log = new Log("chat.5");
  const entries = numbers.map(([n, after]) => message(n, after));
  log.take(subscribed({ head: entries.at(-1)?.n ?? 0, entries, reset: true, chat: waiting }), 0);
  return log;
}

function numbers(log: Log): number[] {
  return log.entries.map((entry) => entry.n);
}

Deno.test("X4: an entry that follows the last one held is taken", () => {
  const log = held([1, 0], [2, 1]);
  assertEquals(log.take(message(3, 2), 0), "changed");
  assertEquals(numbers(log), [1, 2, 3]);
});

Deno.test("X4: an entry that is held already is dropped", () => {
  const log = held([1, 0], [2, 1]);
  assertEquals(log.take(message(2, 1), 0), "unchanged");
  assertEquals(numbers(log), [1, 2]);
});

Deno.test("X4: an entry that does not follow the last one is a gap and is not taken", () => {
  const log = held([1, 0], [2, 1]);
  assertEquals(log.take(message(4, 3), 0), "gap");
  assertEquals(numbers(log), [1, 2]);
});

Deno.test("X4: numbers that this reader may not see are no gap", () => {
  const log = held([1, 0], [2, 1]);
  assertEquals(log.take(message(5, 2), 0), "changed");
  assertEquals(numbers(log), [1, 2, 5]);
});

Deno.test("X4: a resume adds what was missed and repeats nothing", () => {
  const log = held([1, 0], [2, 1]);
  log.take(message(3, 2), 0);
  log.take(subscribed({ from: 2, head: 5, entries: [message(3, 2), message(4, 3), message(5, 4)], chat: waiting }), 0);
  assertEquals(numbers(log), [1, 2, 3, 4, 5]);
});

Deno.test("X4: a reset drops what was held", () => {
  const log = held([1, 0], [2, 1]);
  log.take(subscribed({ from: 400, head: 402, reset: true, entries: [message(401, 400), message(402, 401)] }), 0);
  assertEquals(numbers(log), [401, 402]);
  assert(log.hasOlder);
});

Deno.test("X4: a head beyond what is held is asked for once, also when the number is hidden from this reader", () => {
  const log = held([1, 0], [2, 1]);
  assert(!log.isBehind(2));
  assert(log.isBehind(4));
  log.take(subscribed({ from: 2, head: 4, chat: waiting }), 0);
  assert(!log.isBehind(4));
  assert(log.isBehind(5));
});

Deno.test("X4: an unknown event counts for the numbering", () => {
  const log = held([1, 0]);
  const later = { ...message(2, 1), event: "SomethingNew" } as unknown as ReturnType<typeof message>;
  assertEquals(log.take(later, 0), "changed");
  assertEquals(log.take(message(3, 2), 0), "changed");
});

Deno.test("E81, X4: older entries are put in front when they join up", () => {
  const log = held([51, 50], [52, 51]);
  log.prepend({ entries: [message(49, 48), message(50, 49)], more: true });
  assertEquals(numbers(log), [49, 50, 51, 52]);
  log.prepend({ entries: [message(3, 2)], more: true });
  assertEquals(numbers(log), [49, 50, 51, 52]);
});

Deno.test("E37a: a chat is waiting when opened, active when joined, waiting when the last agent left, and then closed", () => {
  const log = new Log("chat.5");
  log.take(subscribed({}), 0);
  assertEquals(log.chat, null);
  log.take(entry(1, 0, { event: "ChatOpened", body: { form: "needed", offline: false } }), 0);
  assertEquals(log.chat, waiting);
  log.take(entry(2, 1, { event: "FormSent", body: { name: "Ada Moreau" } }), 0);
  assertEquals(log.chat?.form, "sent");
  log.take(entry(3, 2, { event: "AgentJoinedChat" }, { by: clara }), 0);
  assertEquals(log.chat?.state, "active");
  assertEquals(log.people.agents.map((agent) => [agent.name, agent.here]), [["Clara", true]]);
  log.take(entry(4, 3, { event: "AgentLeftChat", body: { last: true } }, { by: clara }), 0);
  assertEquals(log.chat?.state, "waiting");
  assertEquals(log.people.agents.map((agent) => agent.here), [false]);
  log.take(entry(5, 4, { event: "ChatClosed", body: { unwritten: false } }), 0);
  assertEquals(log.chat?.state, "closed");
  log.take(entry(6, 5, { event: "ChatOpened", body: { form: "sent", offline: false } }, { chat: "10" }), 0);
  assertEquals(log.chat, { id: "10", state: "waiting", form: "sent", offline: false });
});

Deno.test("X4: a message is sent, then delivered, then seen, and never less", () => {
  const log = held([1, 0]);
  const mine = message(1, 0);
  assertEquals(log.tickOf(mine), "sent");
  log.take({ event: "Marks", topic: "chat.5", marks: { ...noMarks, team: { delivered: 1, seen: 0 } } }, 0);
  assertEquals(log.tickOf(mine), "delivered");
  log.take({ event: "Marks", topic: "chat.5", marks: { ...noMarks, team: { delivered: 1, seen: 1 } } }, 0);
  assertEquals(log.tickOf(mine), "seen");
  log.take({ event: "Marks", topic: "chat.5", marks: noMarks }, 0);
  assertEquals(log.tickOf(mine), "seen");
});

Deno.test("X4: an agent's message is seen when the visitor has seen it", () => {
  const log = held([1, 0]);
  const theirs = message(1, 0, { by: clara });
  log.take({ event: "Marks", topic: "chat.5", marks: { ...noMarks, visitor: { delivered: 1, seen: 1 } } }, 0);
  assertEquals(log.tickOf(theirs), "seen");
});

Deno.test("E15: typing ends with the message, with a word, or by itself after 6 s", () => {
  const log = held([1, 0]);
  const typing = { event: "AgentTyping", topic: "chat.5", by: clara } as const;
  log.take({ ...typing, on: true }, 0);
  assertEquals(log.typists(5_999), [clara]);
  assertEquals(log.nextTypingEnd(0), 6_000);
  assertEquals(log.typists(6_000), []);
  log.take({ ...typing, on: true }, 7_000);
  log.take({ ...typing, on: false }, 8_000);
  assertEquals(log.typists(8_000), []);
  log.take({ ...typing, on: true }, 9_000);
  log.take(message(2, 1, { by: clara }), 9_100);
  assertEquals(log.typists(9_100), []);
});

Deno.test("E15: who leaves, is taken out of the chat or loses the line stops typing at once", () => {
  const typing = { event: "AgentTyping", topic: "chat.5", by: clara, on: true } as const;
  const agent = { id: "3", name: "Clara", avatar: "fern", colour: 1, status: "online", here: true } as const;
  const log = held([1, 0]);
  log.take(typing, 0);
  log.take({ event: "People", topic: "chat.5", people: { ...ada, agents: [agent] } }, 0);
  assertEquals(log.typists(1), [clara]);
  log.take(entry(2, 1, { event: "AgentLeftChat", body: { last: true } }, { by: clara }), 0);
  assertEquals(log.typists(1), []);
  for (const gone of [{ ...agent, here: false }, { ...agent, status: "offline" as const }]) {
    log.take(typing, 0);
    log.take({ event: "People", topic: "chat.5", people: { ...ada, agents: [gone] } }, 0);
    assertEquals(log.typists(1), []);
  }
});

Deno.test("E34: who is there is replaced whole", () => {
  const log = held([1, 0]);
  log.take({ event: "People", topic: "chat.5", people: { ...ada, visitor: { name: "Ada Moreau", online: false } } }, 0);
  assertEquals(log.people.visitor.online, false);
});

Deno.test("X4: a frame of another topic changes nothing", () => {
  const log = held([1, 0]);
  assertEquals(log.take({ ...message(2, 1), topic: "chat.6" }, 0), "unchanged");
});

function texts(log: Log): unknown[] {
  return log.entries.flatMap((entry) =>
    entry.event !== "MessageSent" ? [] : [entry.body.kind === "text" ? entry.body.text : entry.body.kind]
  );
}

Deno.test("X11: a message that is written again says what it says now, and keeps what it said before", () => {
  const log = held([1, 0]);
  const first = log.entries[0]?.event === "MessageSent" && log.entries[0].body.kind === "text"
    ? log.entries[0].body.text
    : "";
  log.take(entry(2, 1, { event: "MessageEdited", body: { of: 1, text: "Two" } }), 0);
  log.take(entry(3, 2, { event: "MessageEdited", body: { of: 1, text: "Three" } }), 0);
  assertEquals(texts(log), ["Three"]);
  const [shown] = log.entries;
  assertEquals(shown?.event === "MessageSent" && shown.body.kind === "text" ? shown.body.before : null, [first, "Two"]);
});

Deno.test("X11: of a deleted message nothing is left, and a line says so", () => {
  const log = held([1, 0]);
  log.take(entry(2, 1, { event: "MessageDeleted", body: { of: 1 } }), 0);
  assertEquals(texts(log), ["erased"]);
  assertEquals(log.head, 2);
});

Deno.test("X11: of a deleted file nothing is left, and a file is never written again", () => {
  const log = new Log("chat.5");
  const file = { file: "8f0c", name: "a.pdf", type: "application/pdf", bytes: 9, width: null, height: null };
  const sent = entry(1, 0, { event: "MessageSent", body: { kind: "file", ...file } });
  log.take(subscribed({ head: 1, reset: true, entries: [sent] }), 0);
  log.take(entry(2, 1, { event: "MessageEdited", body: { of: 1, text: "b.pdf" } }), 0);
  assertEquals(texts(log), ["file"]);
  log.take(entry(3, 2, { event: "MessageDeleted", body: { of: 1 } }), 0);
  assertEquals(texts(log), ["erased"]);
});

Deno.test("X11: older pages are shown as later lines changed them", () => {
  const log = new Log("chat.5");
  const edited = entry(3, 2, { event: "MessageEdited", body: { of: 1, text: "Later" } });
  log.take(subscribed({ from: 2, head: 3, reset: true, entries: [edited] }), 0);
  log.prepend({ entries: [message(1, 0), message(2, 1)], more: false });
  assertEquals(texts(log)[0], "Later");
});
