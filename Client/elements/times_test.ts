import { assertEquals } from "../live/asserting.ts";
import { ListTimes } from "./list-times.ts";
import { daysBetween, Times } from "./times.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const now = new Date(2026, 10, 21, 14, 2).getTime();

Deno.test("E23a: the waiting time runs in seconds, then hours, then days", () => {
  const times = new ListTimes("en");
  const waited = [0, 41 * second, 3 * minute + 12 * second, hour + 2 * minute + 5 * second, 3 * day + hour];
  assertEquals(waited.map((length) => times.waiting(now - length, now)), ["0:00", "0:41", "3:12", "1:02:05", "3d"]);
});

Deno.test("E23a: a clock that runs ahead of the server's shows no negative wait", () => {
  assertEquals(new ListTimes("en").waiting(now + 5 * second, now), "0:00");
});

Deno.test("E24a: a row says the time today, yesterday by name, and a date before", () => {
  const times = new ListTimes("en", []);
  assertEquals(times.stamp(now, now).replace(/\s/, " "), "2:02 PM");
  assertEquals(times.stamp(now - day, now), "yesterday");
  assertEquals(times.stamp(now - 10 * day, now), "Nov 11");
  assertEquals(times.stamp(now - 400 * day, now), "Oct 17, 2025");
});

Deno.test("P11: how long ago is said in the reader's language", () => {
  assertEquals(new ListTimes("it").ago(now - 3 * hour, now), "3 ore fa");
});

Deno.test("E14a: a thread says today, yesterday, the weekday of the last week, or the date", () => {
  const times = new Times("en", []);
  assertEquals([0, 1, 3, 10].map((ago) => times.day(now - ago * day, now)), [
    "Today",
    "Yesterday",
    "Wednesday",
    "November 11",
  ]);
});

Deno.test("P3: what will be is said as today, tomorrow, a weekday of the next week, or a date", () => {
  const times = new Times("en", ["en-GB"]);
  const ahead = (days: number): string => times.ahead(now + days * day, now).day;
  assertEquals([0, 1, 3, 10].map(ahead), ["today", "tomorrow", "Tuesday", "1 December"]);
  assertEquals(times.ahead(now + day, now).clock, "14:02");
  assertEquals(new Times("it", []).ahead(now + day, now).day, "domani");
});

Deno.test("P11: moments are said in the reader's language", () => {
  assertEquals(new Times("fr").day(now - day, now), "Hier");
  assertEquals(new Times("ar").day(now, now), "اليوم");
});

Deno.test("P11: a browser's own region decides over the clock when its language is that of the page", () => {
  const clock = (language: string, ...wanted: string[]): string =>
    new Times(language, wanted).clock(now).replace(/\s/, " ");
  assertEquals(clock("en", "fr-CH", "en-GB", "en-US"), "14:02");
  assertEquals(clock("en", "en-US", "en-GB"), "2:02 PM");
  assertEquals(clock("it", "en-US"), "14:02");
});

Deno.test("E14a: days are counted by midnights, not by hours", () => {
  const beforeMidnight = new Date(2026, 10, 20, 23, 59).getTime();
  const afterMidnight = new Date(2026, 10, 21, 0, 1).getTime();
  assertEquals([daysBetween(beforeMidnight, afterMidnight), daysBetween(afterMidnight, now)], [1, 0]);
});
