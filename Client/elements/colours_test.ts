import { assertEquals } from "../live/asserting.ts";
import { colourOf, initialsOf } from "./colours.ts";

Deno.test("E39: agents take the colours of the list in turn, and it starts again after the sixth", () => {
  assertEquals([1, 2, 6, 7, 8].map(colourOf), ["1", "2", "6", "1", "2"]);
});

Deno.test("E39: the visitor has no colour of an agent", () => {
  assertEquals([colourOf(undefined), colourOf(0)], [null, null]);
});

Deno.test("E14c: letters stand for a person without a drawing", () => {
  assertEquals(["Ada Moreau", "ada", "Jean Luc de Vries", "", null, "  علي حسن "].map(initialsOf), [
    "AM",
    "a",
    "JV",
    "?",
    "?",
    "عح",
  ]);
});
