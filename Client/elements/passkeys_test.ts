import { assertEquals } from "../live/asserting.ts";
import { bytesOf, failureOf, textOf } from "./passkeys.ts";

Deno.test("P8: what an authenticator says travels as text and back, without signs that addresses and forms would change", () => {
  for (const length of [0, 1, 2, 3, 32, 255]) {
    const bytes = Uint8Array.from({ length }, (_, place) => 251 + place * 7);
    const text = textOf(bytes.buffer);
    assertEquals(/^[A-Za-z0-9_-]*$/.test(text), true);
    assertEquals([...bytesOf(text)], [...bytes]);
  }
  assertEquals(textOf(Uint8Array.of(251, 255).buffer), "-_8");
});

Deno.test("P8: who leaves the browser's question is told something else than who has a passkey already", () => {
  assertEquals(failureOf(new DOMException("", "NotAllowedError")), "left");
  assertEquals(failureOf(new DOMException("", "InvalidStateError")), "known");
  assertEquals(failureOf(new TypeError("x")), "failed");
});
