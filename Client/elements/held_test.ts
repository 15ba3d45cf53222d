import { assertEquals } from "../live/asserting.ts";
import { FixedClock } from "../live/testing.ts";
import { Held } from "./held.ts";

Deno.test("E72a: what is held leaves once, after five seconds, and never when it was taken back", () => {
  const clock = new FixedClock();
  const held = new Held(clock);
  const done: string[] = [];
  assertEquals(held.hold("close 5", () => done.push("closed 5")), true);
  assertEquals(held.hold("close 5", () => done.push("closed 5 twice")), false);
  held.hold("close 6", () => done.push("closed 6"));
  clock.advance(4_900);
  held.takeBack("close 6");
  assertEquals([done, held.has("close 5"), held.has("close 6")], [[], true, false]);
  clock.advance(10_000);
  assertEquals([done, held.has("close 5")], [["closed 5"], false]);
});

Deno.test("E72b: who puts the page away has said so: what is held leaves at once, and not again later", () => {
  const clock = new FixedClock();
  const held = new Held(clock);
  let deleted = 0;
  held.hold("delete 7", () => deleted += 1);
  held.leaveAll();
  clock.advance(10_000);
  assertEquals(deleted, 1);
});
