import { assertEquals } from "./asserting.ts";
import { Notices } from "./notices.ts";
import type { Notice } from "./wire.ts";

function notice(id: string, at: number, more: Partial<Notice> = {}): Notice {
  return {
    id,
    kind: "newMessage",
    revision: 1,
    count: 1,
    at,
    read: false,
    conversation: "5",
    place: "Harbour Essays",
    name: "Ada",
    text: null,
    acts: [],
    ...more,
  };
}

Deno.test("E36b: a snapshot and its patches show the newest notice first and count what is unread", () => {
  const notices = new Notices();
  notices.take({ event: "Snapshot", topic: "notices.3", unread: 2, rows: [notice("2", 20), notice("1", 10)] });
  notices.take({ event: "NoticesChanged", topic: "notices.3", unread: 3, rows: [notice("3", 30)], gone: ["2"] });
  assertEquals(notices.rows.map((row) => row.id), ["3", "1"]);
  assertEquals(notices.unread, 3);
});

Deno.test("E36b: a row that is older than the one held changes nothing", () => {
  const notices = new Notices();
  const held = notice("1", 10, { revision: 4, count: 3 });
  notices.take({ event: "Snapshot", topic: "notices.3", unread: 1, rows: [held] });
  const late = notice("1", 5, { revision: 3, count: 2 });
  notices.take({ event: "NoticesChanged", topic: "notices.3", unread: 1, rows: [late], gone: [] });
  assertEquals(notices.rows.map((row) => row.count), [3]);
});

Deno.test("E36b: no more than the newest twenty are kept", () => {
  const notices = new Notices();
  const rows = Array.from({ length: 25 }, (_, index) => notice(String(index + 1), index));
  notices.take({ event: "NoticesChanged", topic: "notices.3", unread: 25, rows, gone: [] });
  assertEquals(notices.rows.length, 20);
  assertEquals(notices.rows[0]?.id, "25");
});
