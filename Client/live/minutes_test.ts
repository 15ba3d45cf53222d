import { assertEquals } from "./asserting.ts";
import { cutOff, isFree, leftBy, ranBy, sayClock, spentBy } from "./minutes.ts";
import type { MinuteSession } from "./wire.ts";

const running: MinuteSession = {
  id: "1",
  phase: "running",
  rate: 5,
  byMinute: false,
  freeSeconds: 0,
  ran: 30_000,
  asOf: 1_000_000,
  lasts: 120_000,
  until: null,
  share: 8000,
  idle: false,
  rechargesLeft: 3,
};

Deno.test("C19: between two words of the server the clock goes on by itself, and never past what there is", () => {
  assertEquals(ranBy(running, 1_012_500), 42_500);
  assertEquals(spentBy(running, 1_012_500), 3);
  assertEquals(leftBy(running, 1_012_500), 77_500);
  assertEquals(ranBy(running, 2_000_000), 120_000);
  assertEquals(spentBy(running, 2_000_000), 10);
  assertEquals(leftBy(running, 2_000_000), 0);
  assertEquals(ranBy({ ...running, phase: "weak" }, 1_012_500), 30_000);
});

Deno.test("C12, C19: without a line the clock stands still from when it was cut, as it does for who is not heard", () => {
  const cut = cutOff(running, 1_012_500);
  assertEquals([cut.phase, ranBy(cut, 1_030_000), spentBy(cut, 1_030_000)], ["weak", 42_500, 3]);
  assertEquals(cutOff({ ...running, phase: "recharging" }, 1_012_500).phase, "recharging");
});

Deno.test("C19, P15: free seconds cost nothing, and where minutes are charged whole the first second costs one", () => {
  const free = { ...running, freeSeconds: 40 };
  assertEquals([isFree(free, 1_009_000), spentBy(free, 1_009_000)], [true, 0]);
  assertEquals([isFree(free, 1_022_000), spentBy(free, 1_022_000)], [false, 1]);
  assertEquals(spentBy({ ...running, byMinute: true }, 1_000_000), 5);
  assertEquals(spentBy({ ...running, byMinute: true }, 1_031_000), 10);
});

Deno.test("C19: a clock reads minutes and seconds", () => {
  assertEquals([sayClock(0), sayClock(59_999), sayClock(187_000)], ["0:00", "0:59", "3:07"]);
});
