import { assertEquals } from "../live/asserting.ts";
import { placesIn, windowOf } from "./windowing.ts";

Deno.test("E81: of a thousand rows those in view and some around them are in the page", () => {
  assertEquals(windowOf(1_000, 76, 0, 760), { first: 0, end: 40 });
  assertEquals(windowOf(1_000, 76, 7_600, 760), { first: 70, end: 140 });
  assertEquals(windowOf(1_000, 76, 76_000, 760), { first: 970, end: 1_000 });
});

Deno.test("E81: a short list is there whole, and one out of view not at all", () => {
  assertEquals(windowOf(8, 76, 0, 760), { first: 0, end: 8 });
  assertEquals(windowOf(50, 76, -10_000, 760), { first: 0, end: 0 });
  assertEquals(windowOf(50, 76, 90_000, 760), { first: 50, end: 50 });
});

Deno.test("E22b, E81: what has the focus stays, wherever one scrolls", () => {
  assertEquals(placesIn({ first: 3, end: 6 }, 4), [3, 4, 5]);
  assertEquals(placesIn({ first: 3, end: 6 }, 1), [1, 3, 4, 5]);
  assertEquals(placesIn({ first: 3, end: 6 }, 9), [3, 4, 5, 9]);
  assertEquals(placesIn({ first: 3, end: 6 }, -1), [3, 4, 5]);
});
