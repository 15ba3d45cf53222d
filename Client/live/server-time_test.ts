import { assertEquals } from "./asserting.ts";
import { message } from "./testing.ts";
import { ServerTime } from "./server-time.ts";

Deno.test("A19: a clock that is minutes off counts down as the server's", () => {
  const time = new ServerTime();
  assertEquals(time.now(1_000), 1_000);
  time.take(message(1, 0, { at: 301_000 }), 1_000);
  assertEquals(time.now(61_000), 361_000);
  time.take({ event: "Acknowledged", topic: "chat.5", client: "a", n: 2, at: 400_000 }, 398_000);
  assertEquals(time.now(61_000), 61_000);
  time.take({ event: "Done" }, 5);
  assertEquals(time.now(61_000), 61_000);
});
