import { assertEquals } from "../live/asserting.ts";
import { layOut } from "../live/layout.ts";
import { Log } from "../live/log.ts";
import { message, subscribed } from "../live/testing.ts";
import type { Author, Entry, Marks } from "../live/wire.ts";
import { firstUnseen, withDivider } from "./unseen.ts";

const clara: Author = { kind: "agent", id: "3", name: "Clara", avatar: "fern", colour: 1 };
const noon = new Date(2026, 10, 21, 12, 0).getTime();

/** A thread in one minute: v for a message of the visitor, a for one of Clara's. */
function thread(authors: string, marks?: Marks): { log: Log; items: ReturnType<typeof layOut> } {
  const entries: Entry[] = [...authors].map((author, index) =>
    message(index + 1, index, { at: noon, ...(author === "a" && { by: clara }) })
  );
  const log = new Log("chat.5");
  log.take(subscribed({ head: entries.length, entries, reset: true, ...(marks && { marks }) }), 0);
  return { log, items: layOut(log, [], { isLine: () => false, me: { kind: "agent", id: "3" } }) };
}

function read(items: ReturnType<typeof withDivider>): string[] {
  return items.map((item) =>
    item.kind === "bubble" ? `${item.n}${item.isFirst ? " first" : ""}${item.isLast ? " last" : ""}` : item.kind
  );
}

Deno.test("E24a: what is new begins with the visitor's first message that was not seen", () => {
  const { log } = thread("vavav");
  assertEquals(firstUnseen(log.entries, 1), 3);
  assertEquals(firstUnseen(log.entries, 0), 1);
  assertEquals(firstUnseen(log.entries, 5), null);
  assertEquals(firstUnseen(thread("aaa").log.entries, 0), null);
});

Deno.test("E24a: the divider ends the group that it cuts", () => {
  const { items } = thread("vvv");
  assertEquals(read(withDivider(items, 2)), ["day", "1 first last", "divider", "2 first", "3 last"]);
});

Deno.test("E24a: without anything new, or for a number that is not shown, there is no divider", () => {
  const { items } = thread("vv");
  assertEquals(read(withDivider(items, null)), ["day", "1 first", "2 last"]);
  assertEquals(read(withDivider(items, 99)), ["day", "1 first", "2 last"]);
});

Deno.test("P5: the state stands at the end of a group, where its messages got differently far, and above the divider", () => {
  const marks = { visitor: { delivered: 3, seen: 1 }, team: { delivered: 0, seen: 0 } };
  const { items } = thread("aaaavv", marks);
  const told = withDivider(items, 6).flatMap((item) => item.kind === "bubble" && item.tellsState ? [item.n] : []);
  assertEquals(told, [1, 3, 4, 5, 6]);
});
