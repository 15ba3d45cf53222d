import { assertEquals } from "../live/asserting.ts";
import { hasJoined, isForClick, totalsOf, unreadIn } from "./unread.ts";
import { clara, marc, rowOf } from "./testing.ts";

Deno.test("E24a: an agent in the chat counts what they have not seen themselves", () => {
  const row = rowOf({ asked: 3, teamSeen: 3, agents: [clara, marc] });
  assertEquals([unreadIn(row, "3"), unreadIn(row, "4")], [2, 0]);
});

Deno.test("E24a: who is not in the chat counts what nobody of the team has seen", () => {
  assertEquals(unreadIn(rowOf({ asked: 3, teamSeen: 2 }), "8"), 1);
  const left = rowOf({ asked: 3, teamSeen: 3, agents: [{ ...clara, here: false }, marc] });
  assertEquals(unreadIn(left, "3"), 0);
});

Deno.test("E25: a closed chat has nothing unread", () => {
  assertEquals(unreadIn(rowOf({ chat: { state: "closed" }, asked: 3, teamSeen: 0 }), "3"), 0);
});

Deno.test("E91d: only an active chat where one is here counts as joined", () => {
  assertEquals(hasJoined(rowOf(), "3"), true);
  assertEquals(hasJoined(rowOf(), "4"), false);
  assertEquals(hasJoined(rowOf({ chat: { state: "waiting" } }), "3"), false);
  assertEquals(hasJoined(rowOf({ agents: [{ ...clara, here: false }] }), "3"), false);
});

Deno.test("E31: the badge counts people who wait, and unread messages of one's own chats alone", () => {
  const rows = [
    rowOf({ conversation: "1", chat: { state: "waiting" }, agents: [], asked: 4, teamSeen: 0 }),
    rowOf({ conversation: "2" }),
    rowOf({ conversation: "3", agents: [marc], asked: 9, teamSeen: 0 }),
    rowOf({ conversation: "4", chat: { state: "closed" } }),
  ];
  assertEquals(totalsOf(rows, "3"), { waiting: 1, active: 2, closed: 1, unread: 2, attention: 3 });
});

Deno.test("E32: a chat that waits for this account alone is among its active ones, and counts as waiting for it", () => {
  const transfer = { to: "3", name: "Clara", until: 9_000 };
  const rows = [rowOf({ conversation: "1", chat: { state: "waiting", transfer }, agents: [], asked: 1, teamSeen: 1 })];
  assertEquals(totalsOf(rows, "3"), { waiting: 0, active: 1, closed: 0, unread: 0, attention: 1 });
  assertEquals(totalsOf(rows, "4"), { waiting: 1, active: 0, closed: 0, unread: 0, attention: 1 });
});

Deno.test("E54b: a click joins where one was asked, and not where a colleague was", () => {
  const transfer = { to: "3", name: "Clara", until: 9_000 };
  const waiting = rowOf({ chat: { state: "waiting", transfer } });
  assertEquals([isForClick(waiting, "3"), isForClick(waiting, "4")], [true, false]);
  assertEquals([isForClick(rowOf({ chat: { transfer } }), "3"), isForClick(rowOf(), "3")], [true, false]);
  assertEquals(isForClick(rowOf({ chat: { state: "waiting" } }), "4"), true);
});
