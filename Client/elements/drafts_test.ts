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
  assertEquals([drafts.get("chat.5"), storage.length], ["", 0]);
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
