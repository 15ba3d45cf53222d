import { assertEquals } from "./asserting.ts";
import { layOut, type LayoutOptions, type ThreadItem } from "./layout.ts";
import { Log } from "./log.ts";
import type { Pending } from "./outbox.ts";
import { entry, message, subscribed } from "./testing.ts";
import type { Author, Entry } from "./wire.ts";

const clara: Author = { kind: "agent", id: "3", name: "Clara", avatar: "fern", colour: 1 };
const marc: Author = { kind: "agent", id: "4", name: "Marc", avatar: "maple", colour: 2 };
const options: LayoutOptions = { isLine: (entry) => entry.event === "AgentJoinedChat", me: { kind: "visitor" } };
const noFile = { file: null, content: null, progress: 0 };
const noon = new Date(2026, 10, 21, 12, 0).getTime();
const minute = 60_000;

function laidOut(entries: Entry[], pending: Pending[] = []): ThreadItem[] {
  const log = new Log("chat.5");
  log.take(subscribed({ head: entries.length, entries, reset: true }), 0);
  return layOut(log, pending, options);
}

function waiting(client: string, at: number): Pending {
  return { client, topic: "chat.5", text: "Hello", at, state: "waiting", refusal: null, ...noFile };
}

function bubbles(items: ThreadItem[]): string[] {
  return items.flatMap((item) =>
    item.kind === "bubble" ? [`${item.key}${item.isFirst ? " first" : ""}${item.isLast ? " last" : ""}`] : []
  );
}

Deno.test("E14a: bubbles of one author and minute stand together", () => {
  const items = laidOut([
    message(1, 0, { at: noon, by: clara }),
    message(2, 1, { at: noon + 30_000, by: clara }),
    message(3, 2, { at: noon + minute, by: clara }),
    message(4, 3, { at: noon + minute, by: marc }),
    message(5, 4, { at: noon + minute }),
  ]);
  assertEquals(bubbles(items), [
    "entry 1 first",
    "entry 2 last",
    "entry 3 first last",
    "entry 4 first last",
    "entry 5 first last",
  ]);
});

Deno.test("E14a: each day begins with a divider", () => {
  const items = laidOut([message(1, 0, { at: noon }), message(2, 1, { at: noon + 24 * 60 * minute })]);
  assertEquals(items.map((item) => item.kind), ["day", "bubble", "day", "bubble"]);
});

Deno.test("E37b: only the system lines that this reader is shown are there, and they part bubbles", () => {
  const items = laidOut([
    entry(1, 0, { event: "ChatOpened", body: { form: "sent", offline: false } }, { at: noon }),
    message(2, 1, { at: noon, by: clara }),
    entry(3, 2, { event: "AgentJoinedChat" }, { at: noon, by: marc }),
    message(4, 3, { at: noon, by: clara }),
  ]);
  assertEquals(items.map((item) => item.kind), ["day", "bubble", "line", "bubble"]);
  assertEquals(bubbles(items), ["entry 2 first last", "entry 4 first last"]);
});

Deno.test("X4: what is on its way stands at the end and keeps its key when it arrives", () => {
  const before = laidOut([message(1, 0, { at: noon, by: clara })], [waiting("3f0c", noon)]);
  assertEquals(bubbles(before), ["entry 1 first last", "3f0c first last"]);
  const entries = [message(1, 0, { at: noon, by: clara }), message(2, 1, { at: noon, client: "3f0c" })];
  assertEquals(bubbles(laidOut(entries, [waiting("3f0c", noon)])), ["entry 1 first last", "3f0c first last"]);
});

Deno.test("X4: bubbles that stand together tell how far they got once, or each where it differs", () => {
  const log = new Log("chat.5");
  const entries = [message(1, 0, { at: noon }), message(2, 1, { at: noon }), message(3, 2, { at: noon })];
  const marks = { visitor: { delivered: 3, seen: 3 }, team: { delivered: 3, seen: 1 } };
  log.take(subscribed({ head: 3, entries, reset: true, marks }), 0);
  const told = layOut(log, [], options).flatMap((item) =>
    item.kind === "bubble" ? [[item.state, item.tellsState]] : []
  );
  assertEquals(told, [["seen", true], ["delivered", false], ["delivered", true]]);
});

Deno.test("P5: only one's own bubbles tell how far they got one by one", () => {
  const log = new Log("chat.5");
  const entries = [..."aavv"].map((author, index) =>
    message(index + 1, index, { at: noon, ...(author === "a" && { by: clara }) })
  );
  const marks = { visitor: { delivered: 2, seen: 1 }, team: { delivered: 4, seen: 3 } };
  log.take(subscribed({ head: 4, entries, reset: true, marks }), 0);
  const told = (kind: "agent" | "visitor"): number[] =>
    layOut(log, [], { ...options, me: { kind } }).flatMap((item) =>
      item.kind === "bubble" && item.tellsState && item.n !== null ? [item.n] : []
    );
  assertEquals(told("agent"), [1, 2, 4]);
  assertEquals(told("visitor"), [2, 3, 4]);
});

Deno.test("X4: a body of a later version is shown as nothing", () => {
  assertEquals(laidOut([message(1, 0, { body: { kind: "unknown" } } as Partial<Entry>)]), []);
});

const thesis = { file: "8f", name: "thesis.pdf", type: "application/pdf", bytes: 9, width: null, height: null };

Deno.test("E41d: a file is a bubble with its name", () => {
  const items = laidOut([message(1, 0, { event: "MessageSent", body: { kind: "file", ...thesis }, at: noon })]);
  const bubble = items.find((item) => item.kind === "bubble");
  assertEquals([bubble?.text, bubble?.file?.file, bubble?.isExpired], ["thesis.pdf", "8f", false]);
});

Deno.test("E44c: a file that expired says so in its own bubble, and nowhere else", () => {
  const items = laidOut([
    message(1, 0, { event: "MessageSent", body: { kind: "file", ...thesis }, at: noon }),
    message(2, 1, { at: noon }),
    entry(3, 2, { event: "FileExpired", body: { file: "8f", of: 1 } }, { at: noon, by: { kind: "system" } }),
  ]);
  const expired = items.map((item) => item.kind === "bubble" ? item.isExpired : item.kind);
  assertEquals(expired, ["day", true, false]);
});

Deno.test("P2: what a rule of the website says is a bubble on the side of its agents, under nobody's name", () => {
  const [, bubble] = laidOut([message(1, 0, { at: noon, by: { kind: "system" } })]);
  if (bubble?.kind !== "bubble") throw new Error("it is no bubble");
  assertEquals(bubble.voice, "agent");
  assertEquals(bubble.by.name, undefined);
});
