import arabic from "../../Locales/ar/talk.json" with { type: "json" };
import french from "../../Locales/fr/talk.json" with { type: "json" };
import italian from "../../Locales/it/talk.json" with { type: "json" };
import english from "../../Locales/en/talk.json" with { type: "json" };
import { assertEquals } from "../live/asserting.ts";
import { sayLeft, toneOf, urgencyOf } from "./countdown.ts";
import { type Catalogue, Texts } from "./texts.ts";

const texts = new Texts(english, "en");
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function left(milliseconds: number): string | null {
  return sayLeft(milliseconds, 0, texts);
}

Deno.test("A19: whole minutes are told from ten minutes up, and every second below", () => {
  assertEquals([left(60 * minute), left(42 * minute + 59_000), left(10 * minute)], ["60 min", "42 min", "10 min"]);
  assertEquals([left(10 * minute - 1), left(9 * minute + 41_000), left(65_000)], ["9:59", "9:41", "1:05"]);
  assertEquals([left(1), left(0), left(-minute)], ["0:01", null, null]);
});

Deno.test("C15: what has a day is told in hours and what has more in days, in the forms of each language", () => {
  assertEquals([left(2 * hour - 1), left(2 * hour), left(23 * hour + 59 * minute)], ["119 min", "2 hours", "23 hours"]);
  assertEquals([left(2 * day - 1), left(2 * day), left(3 * day + hour)], ["47 hours", "2 days", "3 days"]);
  const say = (catalogue: Catalogue, language: string): (string | null)[] => {
    const texts = new Texts(catalogue, language);
    return [2 * hour, 7 * hour, 23 * hour, 2 * day, 7 * day].map((left) => sayLeft(left, 0, texts));
  };
  assertEquals(say(french, "fr"), ["2 heures", "7 heures", "23 heures", "2 jours", "7 jours"]);
  assertEquals(say(italian, "it"), ["2 ore", "7 ore", "23 ore", "2 giorni", "7 giorni"]);
  const arabicFigures = new Intl.NumberFormat("ar");
  const spoken = ["ساعتان", `${arabicFigures.format(7)} ساعات`, `${arabicFigures.format(23)} ساعة`, "يومان"];
  assertEquals(say(arabic, "ar"), [...spoken, `${arabicFigures.format(7)} أيام`]);
});

Deno.test("A35: a deadline is amber below fifteen minutes and red below five and when it is over", () => {
  const tones = [15 * minute, 15 * minute - 1, 5 * minute, 5 * minute - 1, 0].map((due) => toneOf[urgencyOf(due, 0)]);
  assertEquals(tones, [null, "wait", "wait", "bad", "bad"]);
});
