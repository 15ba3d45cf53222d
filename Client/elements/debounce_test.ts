import { assertEquals } from "../live/asserting.ts";
import { FixedClock } from "../live/testing.ts";
import { Debounce } from "./debounce.ts";

Deno.test("E81: while somebody types nothing is asked, and once they pause the last of it", () => {
  const clock = new FixedClock();
  const asked: string[] = [];
  const wait = new Debounce(250, clock);
  for (const words of ["ma", "mar", "mari"]) {
    wait.start(() => asked.push(words));
    clock.advance(200);
  }
  assertEquals(asked, []);
  clock.advance(60);
  assertEquals(asked, ["mari"]);
  wait.start(() => asked.push("marine"));
  wait.stop();
  clock.advance(1_000);
  assertEquals(asked, ["mari"]);
});
