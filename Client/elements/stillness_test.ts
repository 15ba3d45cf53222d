import { assertEquals } from "../live/asserting.ts";
import { FixedClock } from "../live/testing.ts";
import { Stillness } from "./stillness.ts";

Deno.test("E23c: a list holds still while a pointer moves over it, and moves on when it leaves or rests", () => {
  const clock = new FixedClock();
  let ended = 0;
  const stillness = new Stillness(clock, () => ended += 1);
  assertEquals(stillness.holds, false);
  stillness.moved();
  clock.advance(900);
  stillness.moved();
  clock.advance(900);
  assertEquals([stillness.holds, ended], [true, 0]);
  clock.advance(100);
  assertEquals([stillness.holds, ended], [false, 1]);
  stillness.moved();
  stillness.left();
  assertEquals([stillness.holds, ended], [false, 2]);
  clock.advance(5_000);
  assertEquals(ended, 2);
});

Deno.test("E27a: the second half of a double click means nothing more; one elsewhere or later is one of its own", () => {
  const clock = new FixedClock();
  const stillness = new Stillness(clock, () => {});
  assertEquals(stillness.isRepeated({ x: 0, y: 0 }), false);
  clock.advance(200);
  assertEquals(stillness.isRepeated({ x: 2, y: 1 }), true);
  clock.advance(200);
  assertEquals(stillness.isRepeated({ x: 2, y: 60 }), false);
  clock.advance(500);
  assertEquals(stillness.isRepeated({ x: 2, y: 60 }), false);
});
