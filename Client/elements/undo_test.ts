import { assertEquals } from "../live/asserting.ts";
import { MemoryStorage } from "../live/testing.ts";
import { keepHold, readHold, takenBack } from "./undo.ts";

Deno.test("X11: how long a message is held is kept for each account, and is nothing at first", () => {
  const storage = new MemoryStorage();
  assertEquals(readHold("3", storage), 0);
  keepHold("3", 10, storage);
  assertEquals([readHold("3", storage), readHold("4", storage)], [10, 0]);
  storage.setItem("parley.undo.3", "99");
  assertEquals(readHold("3", storage), 0);
});

Deno.test("X11: what was taken back loses nothing that was begun since", () => {
  assertEquals(takenBack("One", ""), "One");
  assertEquals(takenBack("One", "Two"), "One\nTwo");
});
