import { assertEquals } from "../live/asserting.ts";
import type { Entry } from "../live/wire.ts";
import { mayDelete } from "./message-swipes.ts";

const said = {
  event: "MessageSent",
  topic: "chat.5",
  n: 3,
  after: 2,
  at: 1_000,
  by: { kind: "agent", id: "3", name: "Clara" },
  body: { kind: "text", text: "Yes, until noon." },
} as unknown as Entry;

Deno.test("E72b: only an own text can be swiped away, and only as long as its author may delete it", () => {
  assertEquals(mayDelete(said, "3", 900, 60_000), true);
  assertEquals(mayDelete(said, "4", 900, 60_000), false);
  assertEquals(mayDelete(said, "3", 900, 901_000), false);
  assertEquals(mayDelete(said, "3", 0, 1_001), false);
  const others = [
    { ...said, by: { kind: "visitor", id: "3" } },
    { ...said, body: { kind: "erased" } },
    { ...said, event: "NoteAdded" },
  ];
  for (const entry of others) assertEquals(mayDelete(entry as unknown as Entry, "3", 900, 60_000), false);
});
