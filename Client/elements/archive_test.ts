import { assertEquals } from "../live/asserting.ts";
import type { ChatPage } from "../live/listed.ts";
import { VisitorRows } from "../live/states.ts";
import type { VisitorRow } from "../live/wire.ts";
import { Archive } from "./archive.ts";
import { everything } from "./chat-filter.ts";
import { rowOf } from "./testing.ts";

function closed(number: number, site = "2"): VisitorRow {
  return rowOf({ conversation: String(number), site, activeAt: number, chat: { state: "closed" } });
}

/** Fifty closed chats of Harbour, 200 to 249, and two of Lantern, which has no more. */
function rows(): VisitorRows {
  const rows = new VisitorRows();
  const harbour = Array.from({ length: 50 }, (_, index) => closed(200 + index));
  rows.take({ event: "Snapshot", topic: "visitors.2", rows: harbour }, 0);
  rows.take({ event: "Snapshot", topic: "visitors.4", rows: [closed(230_000, "4"), closed(150, "4")] }, 0);
  return rows;
}

Deno.test("E25, E80a: what is older than a full live list is shown once everything above it is known", async () => {
  const asked: string[] = [];
  const pages: ChatPage[] = [
    { chats: [{ topic: "visitors.2", row: closed(170) }, { topic: "visitors.2", row: closed(160) }], next: "160.160" },
    { chats: [{ topic: "visitors.2", row: closed(100) }], next: null },
  ];
  const archive = new Archive(rows(), (question) => {
    asked.push(question.toString());
    return Promise.resolve(pages.shift() ?? { chats: [], next: null });
  }, () => {});
  const numbers = (): string[] => archive.closed("3", 0).slice(50).map((row) => row.conversation);
  assertEquals([archive.closed("3", 0).length, archive.hasMore], [51, true]);
  await archive.more(0);
  assertEquals(numbers(), ["200", "170", "160"]);
  await archive.more(0);
  assertEquals([numbers(), archive.hasMore], [["200", "170", "160", "150", "100"], false]);
  assertEquals(asked, ["status=closed&after=200.200", "status=closed&after=160.160"]);
});

Deno.test("E25, E58b: another filter begins at the newest again, and an answer to the one before is not taken for it", async () => {
  const answers: ((page: ChatPage) => void)[] = [];
  const archive = new Archive(rows(), () => new Promise((answer) => answers.push(answer)), () => {});
  const first = archive.more(0);
  archive.show({ ...everything, sites: ["4"] });
  answers[0]?.({ chats: [], next: null });
  await first;
  assertEquals([archive.hasMore, archive.state], [true, "idle"]);
  assertEquals(archive.closed("3", 0).map((row) => row.conversation), ["230000"]);
});

Deno.test("E25: a page that could not be fetched can be asked for again", async () => {
  let fails = true;
  const archive = new Archive(
    rows(),
    () => fails ? Promise.reject(new Error("cut")) : Promise.resolve({ chats: [], next: null }),
    () => {},
  );
  await archive.more(0);
  assertEquals([archive.state, archive.hasMore], ["failed", true]);
  fails = false;
  await archive.more(0);
  assertEquals([archive.state, archive.hasMore], ["idle", false]);
});

Deno.test("E25: with lists that are not full there is nothing more to ask for", () => {
  const few = new VisitorRows();
  few.take({ event: "Snapshot", topic: "visitors.2", rows: [closed(1)] }, 0);
  assertEquals(new Archive(few, () => Promise.reject(new Error("asked")), () => {}).hasMore, false);
});
