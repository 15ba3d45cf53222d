import { assertEquals } from "../live/asserting.ts";
import { sayLeft, toneOf, urgencyOf } from "./countdown.ts";
import { Texts } from "./texts.ts";

const texts = new Texts({ due: { minutes: "{count} min" } }, "en");
const minute = 60_000;

function left(milliseconds: number): string | null {
  return sayLeft(milliseconds, 0, texts);
}

Deno.test("A19: whole minutes are told from ten minutes up, and every second below", () => {
  assertEquals([left(60 * minute), left(42 * minute + 59_000), left(10 * minute)], ["60 min", "42 min", "10 min"]);
  assertEquals([left(10 * minute - 1), left(9 * minute + 41_000), left(65_000)], ["9:59", "9:41", "1:05"]);
  assertEquals([left(1), left(0), left(-minute)], ["0:01", null, null]);
});

Deno.test("A35: a deadline is amber below fifteen minutes and red below five and when it is over", () => {
  const tones = [15 * minute, 15 * minute - 1, 5 * minute, 5 * minute - 1, 0].map((due) => toneOf[urgencyOf(due, 0)]);
  assertEquals(tones, [null, "wait", "wait", "bad", "bad"]);
});
