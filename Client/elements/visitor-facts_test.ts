import { assertEquals } from "../live/asserting.ts";
import { placeName } from "./place-name.ts";
import { clockOf, languageName, percent } from "./visitor-facts.ts";

Deno.test("E28: for how long a page was looked at is minutes and seconds", () => {
  assertEquals([5, 60, 754].map(clockOf), ["0:05", "1:00", "12:34"]);
});

Deno.test("E28: the language of a browser has its name, and nonsense stays what it is", () => {
  assertEquals([languageName("it", "en"), languageName("", "en"), languageName("!", "en")], ["Italian", "", "!"]);
});

Deno.test("E28: a place is the city and the country in the reader's words, or as much as is known", () => {
  assertEquals(placeName({ country: "TN", city: "Sfax" }, "fr"), "Sfax · Tunisie");
  assertEquals(placeName({ country: "IT" }, "en"), "Italy");
  assertEquals([placeName({}, "en"), placeName({ country: "?" }, "en")], ["", "?"]);
});

Deno.test("E50: how far down a page was seen is a share, as the reader writes one", () => {
  assertEquals([percent(80, "en"), percent(5, "fr").replaceAll(/\s/g, " ")], ["80%", "5 %"]);
});
