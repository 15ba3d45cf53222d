import { assertEquals } from "../live/asserting.ts";
import { MemoryStorage } from "../live/testing.ts";
import { mostTabs, OpenTabs, staysOpen } from "./open-tabs.ts";
import { rowOf } from "./testing.ts";

const none = (): boolean => false;
const all = (): boolean => true;

Deno.test("E24a: a chat that was only looked into gives its tab to the next, one that somebody is in keeps it", () => {
  const tabs = new OpenTabs("3", null);
  const stays = (conversation: string): boolean => conversation === "5";
  for (const conversation of ["5", "7", "8", "5"]) tabs.settle(conversation, stays);
  assertEquals(tabs.all, ["5"]);
  tabs.settle("7", stays);
  assertEquals(tabs.all, ["5", "7"]);
});

Deno.test("E24a: with none open the tabs stay as they are", () => {
  const tabs = new OpenTabs("3", null);
  for (const conversation of ["5", "7", null]) tabs.settle(conversation, all);
  assertEquals(tabs.all, ["5", "7"]);
});

Deno.test("E24a: in the place of a tab that is put away stands the next, or else the last", () => {
  const tabs = new OpenTabs("3", null);
  for (const conversation of ["5", "7", "8"]) tabs.settle(conversation, all);
  assertEquals([tabs.close("7"), tabs.close("8"), tabs.close("5")], ["8", "5", null]);
});

Deno.test("E24a: tabs are kept over a reload, for each account its own", () => {
  const storage = new MemoryStorage();
  const tabs = new OpenTabs("3", storage);
  for (const conversation of ["5", "7"]) tabs.settle(conversation, all);
  assertEquals(new OpenTabs("3", storage).all, ["5", "7"]);
  assertEquals(new OpenTabs("4", storage).all, []);
});

Deno.test("E24a: of more chats than have room the ones that were opened first go, and never the one that is open", () => {
  const tabs = new OpenTabs("3", null);
  const many = Array.from({ length: mostTabs + 2 }, (_, index) => String(index + 1));
  for (const conversation of many) tabs.settle(conversation, all);
  assertEquals(tabs.all, many.slice(2));
  tabs.settle("3", none);
  assertEquals(tabs.all, ["3"]);
});

Deno.test("E24a: open stay the chats that somebody is in, and for who only reads those that go on", () => {
  const others = { agents: [] };
  assertEquals(staysOpen(rowOf(), "3", true), true);
  assertEquals(staysOpen(rowOf({ chat: { state: "closed" } }), "3", true), false);
  assertEquals(staysOpen(rowOf(others), "3", true), false);
  assertEquals(staysOpen(rowOf(others), "3", false), true);
  assertEquals(staysOpen(undefined, "3", false), false);
});
