import { assertEquals } from "../live/asserting.ts";
import type { Entry } from "../live/wire.ts";
import { endOf } from "./chat-rating.ts";

let n = 0;
const line = (event: Entry["event"], chat: string, kind: "visitor" | "agent" = "visitor"): Entry =>
  ({ event, topic: "chat.5", n: n += 1, after: n - 1, at: 0, chat, by: { kind }, body: {} }) as unknown as Entry;

Deno.test("P4: a chat can be rated that is over and in which somebody of the team answered", () => {
  const answered = [
    line("ChatOpened", "1"),
    line("MessageSent", "1"),
    line("MessageSent", "1", "agent"),
    line("ChatClosed", "1"),
  ];
  assertEquals(endOf(answered)?.n, answered.at(-1)?.n);
  assertEquals(endOf(answered.slice(0, -1)), null);
  assertEquals(endOf([line("ChatOpened", "2"), line("MessageSent", "2"), line("ChatClosed", "2")]), null);
});

Deno.test("P4: a chat that began since is not the one that was answered before", () => {
  const first = [line("MessageSent", "1", "agent"), line("ChatClosed", "1")];
  assertEquals(endOf([...first, line("ChatOpened", "2")]), null);
  assertEquals(endOf([...first, line("ChatOpened", "2"), line("ChatClosed", "2")]), null);
});
