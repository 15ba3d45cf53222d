import { assertEquals } from "../live/asserting.ts";
import { MemoryStorage } from "../live/testing.ts";
import { Drafts } from "./drafts.ts";

Deno.test("E91d: each thread keeps its own draft, also over a reload", () => {
  const storage = new MemoryStorage();
  const drafts = new Drafts("3", storage);
  drafts.set("chat.5", "Friday noon");
  drafts.set("chat.7", "Two copies");
  const reloaded = new Drafts("3", storage);
  assertEquals([reloaded.get("chat.5"), reloaded.get("chat.7"), reloaded.get("chat.9")], [
    "Friday noon",
    "Two copies",
    "",
  ]);
});

Deno.test("E91d: another account on the same browser has drafts of its own", () => {
  const storage = new MemoryStorage();
  new Drafts("3", storage).set("chat.5", "Friday noon");
  assertEquals(new Drafts("4", storage).get("chat.5"), "");
});

Deno.test("E91d: an emptied draft is gone", () => {
  const storage = new MemoryStorage();
  const drafts = new Drafts("3", storage);
  drafts.set("chat.5", "Friday noon");
  drafts.set("chat.5", "  ");
  assertEquals(drafts.get("chat.5"), "");
  drafts.saved("chat.5", drafts.unsaved("chat.5")?.at ?? 0);
  assertEquals(storage.length, 0);
});

Deno.test("E91d: what another device wrote takes the place of what is older here, and what is newer here stays", () => {
  const drafts = new Drafts("3", new MemoryStorage(), () => 100);
  const taken: string[] = [];
  drafts.on("taken", (topic) => taken.push(topic));
  drafts.set("chat.5", "Friday noon");
  drafts.take("chat.5", { text: "Thursday", at: 99 });
  assertEquals(drafts.get("chat.5"), "Friday noon");
  drafts.take("chat.5", { text: "Saturday", at: 101 });
  assertEquals([drafts.get("chat.5"), taken, drafts.unsaved("chat.5")], ["Saturday", ["chat.5"], null]);
  drafts.take("chat.5", { text: "", at: 102 });
  assertEquals([drafts.get("chat.5"), taken], ["", ["chat.5", "chat.5"]]);
});

Deno.test("E91d: what was written without a line is known as such after a reload, and what was emptied, too", () => {
  const storage = new MemoryStorage();
  const drafts = new Drafts("3", storage, () => 100);
  drafts.set("chat.5", "Friday noon");
  drafts.set("chat.7", "Two copies");
  drafts.saved("chat.7", 100);
  drafts.set("chat.7", "");
  drafts.set("chat.9.note", "A difficult one");
  const reloaded = new Drafts("3", storage, () => 200);
  assertEquals(reloaded.topics(), ["chat.5", "chat.7"]);
  assertEquals(reloaded.unsaved("chat.5"), { text: "Friday noon", at: 100 });
  assertEquals(reloaded.unsaved("chat.7"), { text: "", at: 101 });
  reloaded.take("chat.7", { text: "Two copies", at: 100 });
  assertEquals(reloaded.get("chat.7"), "", "it is older than what was done here");
});

Deno.test("E91d: a draft of before there were times goes to the server, and is older than what stands there", () => {
  const storage = new MemoryStorage();
  storage.setItem("parley.draft.3.chat.5", "Friday noon");
  const drafts = new Drafts("3", storage);
  assertEquals(drafts.unsaved("chat.5")?.text, "Friday noon");
  drafts.take("chat.5", { text: "Saturday", at: 5 });
  assertEquals(drafts.get("chat.5"), "Saturday");
});

Deno.test("E91d: a draft that storage refuses lives as long as the page", () => {
  const full = new MemoryStorage();
  full.setItem = (): void => {
    throw new DOMException("full", "QuotaExceededError");
  };
  const drafts = new Drafts("3", full);
  drafts.set("chat.5", "Friday noon");
  assertEquals(drafts.get("chat.5"), "Friday noon");
});

Deno.test("E91d: what one tab sent without a line is gone from the other as well, and the server's older words do not bring it back", () => {
  const storage = new MemoryStorage();
  const [one, other] = [new Drafts("3", storage, () => 200), new Drafts("3", storage, () => 150)];
  for (const drafts of [one, other]) drafts.take("chat.5", { text: "Dear Ada", at: 100 });
  const taken: string[] = [];
  other.on("taken", (topic) => taken.push(other.get(topic)));
  one.set("chat.5", "");
  for (const key of ["parley.draft.3.chat.5", "parley.drafted.3.chat.5", "something.else"]) other.noticed(key);
  assertEquals(taken, [""]);
  other.take("chat.5", { text: "Dear Ada", at: 100 });
  assertEquals([one.get("chat.5"), other.get("chat.5")], ["", ""]);
  assertEquals([one.unsaved("chat.5"), other.unsaved("chat.5")], [{ text: "", at: 200 }, { text: "", at: 200 }]);
});

Deno.test("E91d: another tab of the same browser shows what was written in this one, too", () => {
  const storage = new MemoryStorage();
  const [one, other] = [new Drafts("3", storage, () => 100), new Drafts("3", storage)];
  const taken: string[] = [];
  other.on("taken", (topic) => taken.push(other.get(topic)));
  one.set("chat.5", "Friday noon");
  other.take("chat.5", { text: "Friday noon", at: 100 });
  assertEquals(taken, ["Friday noon"]);
});
