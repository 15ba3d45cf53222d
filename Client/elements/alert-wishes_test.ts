import { assertEquals } from "../live/asserting.ts";
import { readWishes } from "./alert-wishes.ts";
import { Beacon } from "./beacon.ts";

const silent = { sound: false, light: false };

Deno.test("C18: what calls somebody is chosen per event, by sound and by light, and what is not named is not wanted", () => {
  const wishes = readWishes("message.sound message.light creditLow.light visitor.sound");
  assertEquals(wishes, {
    message: { sound: true, light: true },
    late: silent,
    creditLow: { sound: false, light: true },
    visitor: { sound: true, light: false },
  });
  assertEquals(readWishes("").message, silent);
});

Deno.test("C18: the title and the icon of the tab call, stand still where nothing may move, and rest as they were", () => {
  const link = { href: "quiet.svg" };
  const page = { title: "Chats", querySelector: () => link as unknown as Element } as unknown as Document;
  const life = new AbortController();
  const beacon = new Beacon({ icon: "loud.svg", isStill: () => true, page }, life.signal);
  beacon.call("A visitor waits");
  assertEquals([page.title, link.href], ["● A visitor waits", "loud.svg"]);
  beacon.title = "(1) Chats";
  assertEquals(page.title, "● A visitor waits");
  beacon.rest();
  assertEquals([page.title, link.href], ["(1) Chats", "quiet.svg"]);
  beacon.title = "Chats";
  assertEquals(page.title, "Chats");
  life.abort();
});
