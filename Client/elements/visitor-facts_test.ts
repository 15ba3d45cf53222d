import { assertEquals } from "../live/asserting.ts";
import { clockOf, languageName } from "./visitor-facts.ts";

Deno.test("E28: for how long a page was looked at is minutes and seconds", () => {
  assertEquals([5, 60, 754].map(clockOf), ["0:05", "1:00", "12:34"]);
});

Deno.test("E28: the language of a browser has its name, and nonsense stays what it is", () => {
  assertEquals([languageName("it", "en"), languageName("", "en"), languageName("!", "en")], ["Italian", "", "!"]);
});
