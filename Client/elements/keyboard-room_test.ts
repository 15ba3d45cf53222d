import { assertEquals } from "../live/asserting.ts";
import { roomBeside } from "./keyboard-room.ts";

Deno.test("E71b: the console takes what the keyboard leaves, and the whole screen for a bar of the browser or who zoomed in", () => {
  assertEquals(roomBeside({ height: 844, offsetTop: 0, scale: 1 }, 844), null);
  assertEquals(roomBeside({ height: 788, offsetTop: 0, scale: 1 }, 844), null);
  assertEquals(roomBeside({ height: 508, offsetTop: 24, scale: 1 }, 844), { height: 508, top: 24 });
  assertEquals(roomBeside({ height: 422, offsetTop: 0, scale: 2 }, 844), null);
});
