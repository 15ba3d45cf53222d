import { assertEquals } from "../live/asserting.ts";
import { roomAfter } from "./writing.ts";

Deno.test("E14a: the room that a message leaves is counted in characters, of which a smiley is one, without the blanks around it", () => {
  assertEquals(roomAfter(""), 8_000);
  assertEquals(roomAfter("  three  "), 7_995);
  assertEquals(roomAfter("🙂".repeat(8_000)), 0);
  assertEquals(roomAfter(`${"🙂".repeat(8_000)}🙂🙂`), -2);
});
