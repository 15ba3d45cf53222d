import { assertEquals } from "../live/asserting.ts";
import { moved, stepOf, tabStop } from "./movement.ts";

const chats = ["5", "7", "9"];

Deno.test("E22b: j, k, the arrows, Home and End each mean a step, other keys none", () => {
  const keys = ["j", "ArrowDown", "k", "ArrowUp", "Home", "End", "x", "Enter"];
  const steps = ["next", "next", "previous", "previous", "first", "last", null, null];
  assertEquals(keys.map(stepOf), steps);
});

Deno.test("E22b: the focus moves one row and stops at the ends", () => {
  assertEquals(moved(chats, "5", "next"), "7");
  assertEquals(moved(chats, "9", "next"), "9");
  assertEquals(moved(chats, "7", "previous"), "5");
  assertEquals(moved(chats, "5", "previous"), "5");
  assertEquals([moved(chats, "7", "first"), moved(chats, "7", "last")], ["5", "9"]);
});

Deno.test("E22b: from nowhere every step leads into the list, and an empty list has no place", () => {
  assertEquals([moved(chats, null, "next"), moved(chats, null, "previous")], ["5", "5"]);
  assertEquals(moved(chats, "gone", "next"), "5");
  assertEquals(moved([], null, "next"), null);
});

Deno.test("E22b: Tab reaches the row one was at, else the open one, else the first", () => {
  assertEquals(tabStop(chats, "7", "9"), "7");
  assertEquals(tabStop(chats, "gone", "9"), "9");
  assertEquals(tabStop(chats, null, null), "5");
  assertEquals(tabStop([], null, "9"), null);
});
