import { assert, assertEquals } from "./asserting.ts";
import { isSiteSnapshot, Latest, VisitorRows } from "./states.ts";
import type { VisitorRow } from "./wire.ts";

type Changes = Partial<Pick<VisitorRow, "revision" | "activeAt" | "site" | "deal">> & {
  chat?: Partial<VisitorRow["chat"]>;
};

function row(conversation: string, changes: Changes = {}): VisitorRow {
  const { chat, ...more } = changes;
  return {
    conversation,
    site: "2",
    revision: 1,
    visitor: {
      id: "71",
      name: "Ada Moreau",
      email: null,
      phone: null,
      service: null,
      online: true,
      page: null,
      typing: false,
    },
    last: null,
    activeAt: 0,
    head: 1,
    asked: 0,
    teamSeen: 0,
    agents: [],
    ...more,
    chat: {
      id: "9",
      state: "waiting",
      form: "needed",
      offline: false,
      openedAt: 0,
      waitingSince: 0,
      closedAt: null,
      closedBy: null,
      unwritten: false,
      ...chat,
    },
  };
}

function holding(...rows: VisitorRow[]): VisitorRows {
  const held = new VisitorRows();
  held.take({ event: "Snapshot", topic: "visitors.2", rows }, 0);
  return held;
}

function conversations(rows: VisitorRow[]): string[] {
  return rows.map((row) => row.conversation);
}

Deno.test("E23c: waiting chats stand oldest first, offline messages after them", () => {
  const rows = holding(
    row("1", { chat: { waitingSince: 300 } }),
    row("2", { chat: { waitingSince: null, offline: true, openedAt: 10 } }),
    row("3", { chat: { waitingSince: 100 } }),
  );
  assertEquals(conversations(rows.waiting()), ["3", "1", "2"]);
});

Deno.test("E24b: active and closed chats stand by last activity, newest first", () => {
  const rows = holding(
    row("1", { activeAt: 5, chat: { state: "active" } }),
    row("2", { activeAt: 7, chat: { state: "active" } }),
    row("3", { activeAt: 9, chat: { state: "closed" } }),
    row("10", { activeAt: 9, chat: { state: "closed" } }),
  );
  assertEquals(conversations(rows.active()), ["2", "1"]);
  assertEquals(conversations(rows.closed()), ["10", "3"]);
});

Deno.test("E22b: a row of an older or the same revision is dropped", () => {
  const rows = holding(row("1", { revision: 4, activeAt: 4 }));
  const changed = { event: "ConversationChanged", topic: "visitors.2" } as const;
  assertEquals(rows.take({ ...changed, row: row("1", { revision: 4, activeAt: 9 }) }, 0), "unchanged");
  assertEquals(rows.take({ ...changed, row: row("1", { revision: 3, activeAt: 9 }) }, 0), "unchanged");
  assertEquals(rows.take({ ...changed, row: row("1", { revision: 5, activeAt: 5 }) }, 0), "changed");
  assertEquals(rows.rows.get("1")?.activeAt, 5);
});

Deno.test("E30: somebody new is added", () => {
  const rows = holding();
  rows.take({ event: "NewVisitorJoined", topic: "visitors.2", row: row("8") }, 0);
  assertEquals(conversations(rows.waiting()), ["8"]);
});

Deno.test("E22b: a snapshot replaces the rows of its site and no other", () => {
  const rows = holding(row("1"), row("2"));
  rows.take({ event: "Snapshot", topic: "visitors.3", rows: [row("3", { site: "3" })] }, 0);
  rows.take({ event: "Snapshot", topic: "visitors.2", rows: [row("2")] }, 0);
  assertEquals([...rows.rows.keys()].sort(), ["2", "3"]);
});

Deno.test("E33: a page change and a presence patch their row", () => {
  const rows = holding(row("1"));
  const page = { url: "https://harbour.example/prices", title: "Prices", at: 5 };
  rows.take({ event: "VisitorPageChanged", topic: "visitors.2", conversation: "1", page }, 0);
  rows.take({ event: "VisitorPresence", topic: "visitors.2", conversation: "1", online: false }, 0);
  assertEquals(rows.rows.get("1")?.visitor.page, page);
  assertEquals(rows.rows.get("1")?.visitor.online, false);
});

Deno.test("E22b: a message in a row that is not held asks for a new snapshot, somebody without a chat does not", () => {
  const place = { topic: "visitors.2", conversation: "4" } as const;
  assertEquals(holding().take({ event: "MessageArrived", ...place, n: 3 }, 0), "unknown");
  assertEquals(holding().take({ event: "VisitorPresence", ...place, online: true }, 0), "unchanged");
});

Deno.test("E15: a visitor's typing ends by itself after 6 s", () => {
  const rows = holding(row("1"));
  rows.take({ event: "VisitorTyping", topic: "visitors.2", conversation: "1", on: true }, 1_000);
  assert(rows.isTyping("1", 6_999));
  assert(!rows.isTyping("1", 7_000));
  assertEquals(rows.nextTypingEnd(1_000), 7_000);
});

Deno.test("E15: the newest snapshot of a site says whether somebody is online", () => {
  const site = new Latest(isSiteSnapshot);
  assert(site.take({ event: "Snapshot", topic: "site.2", online: true, agents: [] }));
  assert(!site.take({ event: "Snapshot", topic: "visitors.2", rows: [] }));
  assertEquals(site.value?.online, true);
});

function paid(dueAt: number, open = 1): Pick<VisitorRow, "deal"> {
  return { deal: { open, dueAt, noticeAt: dueAt - 900 } };
}

Deno.test("A35: questions that are paid for stand first, the one that is due first above, waiting or taken up", () => {
  const rows = holding(
    row("1", { chat: { waitingSince: 5 } }),
    row("2", { chat: { waitingSince: 90 }, ...paid(9_000) }),
    row("3", { chat: { waitingSince: 95 }, ...paid(8_000) }),
    row("4", { activeAt: 9, chat: { state: "active" }, ...paid(0, 0) }),
    row("5", { activeAt: 1, chat: { state: "active" }, ...paid(9_500) }),
  );
  assertEquals(conversations(rows.waiting()), ["3", "2", "1"]);
  assertEquals(conversations(rows.active()), ["5", "4"]);
});

Deno.test("A35: an expert's threads and the chats of a site are kept apart, though they are of one site", () => {
  const rows = holding(row("1"));
  rows.take({ event: "Snapshot", topic: "threads.7", rows: [row("2", paid(9_000))] }, 0);
  rows.take({ event: "Snapshot", topic: "visitors.2", rows: [row("1"), row("3")] }, 0);
  assertEquals([...rows.rows.keys()].sort(), ["1", "2", "3"]);
  assertEquals([rows.isOwn("2"), rows.isOwn("1")], [true, false]);
  rows.take({ event: "ConversationChanged", topic: "threads.7", row: row("2", { revision: 2, ...paid(0, 0) }) }, 0);
  assertEquals(rows.rows.get("2")?.deal?.open, 0);
  rows.drop("threads.7");
  assertEquals([...rows.rows.keys()].sort(), ["1", "3"]);
});
