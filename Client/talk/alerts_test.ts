import { assertEquals } from "../live/asserting.ts";
import { readWishes } from "./alerts.ts";

Deno.test("C18: what calls somebody is chosen per event, by sound and by light, and what is not named is not wanted", () => {
  const wishes = readWishes("message.sound message.light creditLow.light");
  assertEquals(wishes, {
    message: { sound: true, light: true },
    late: { sound: false, light: false },
    creditLow: { sound: false, light: true },
  });
  assertEquals(readWishes("").message, { sound: false, light: false });
});
