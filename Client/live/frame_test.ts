import { assertEquals } from "./asserting.ts";
import { newsOf, readHostWord } from "./frame.ts";

Deno.test("C1: a frame takes a token and a sign-out from its website, and nothing else", () => {
  assertEquals(readHostWord({ type: "parley:token", token: "a.b.c", more: 1 }), {
    type: "parley:token",
    token: "a.b.c",
  });
  assertEquals(readHostWord({ type: "parley:signOut" }), { type: "parley:signOut" });
  for (
    const other of [null, undefined, "parley:token", 3, {}, { type: "parley:token" }, {
      type: "parley:token",
      token: 3,
    }]
  ) {
    assertEquals(readHostWord(other), null);
  }
});

Deno.test("C1: a website is told of what changed, once", () => {
  const rest = { unread: 0, runs: false };
  assertEquals(newsOf(rest, rest), []);
  assertEquals(newsOf(rest, { unread: 2, runs: true }), [{ type: "parley:unread", count: 2 }, {
    type: "parley:chatStarted",
  }]);
  assertEquals(newsOf({ unread: 2, runs: true }, { unread: 2, runs: false }), [{ type: "parley:chatEnded" }]);
});
