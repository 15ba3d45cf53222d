import { assertEquals } from "../live/asserting.ts";
import { typedDigits, typedNumber } from "./typed-number.ts";

Deno.test("P11: numbers are read with the digits of the one who types", () => {
  assertEquals(["250", "٢٥٠", "۲۵۰", " 7 "].map(typedNumber), [250, 250, 250, 7]);
  assertEquals(["", "2.5", "-1", "two"].map(typedNumber), [NaN, NaN, NaN, NaN]);
  const field = new RegExp(`^(?:${typedDigits(4)})$`, "v");
  assertEquals(["1000", "٢٥٠", "10000", "2,5", "٠"].map((text) => field.test(text)), [true, true, false, false, false]);
});
