import { assertEquals } from "../live/asserting.ts";
import { type Command, commandsFor } from "./commands.ts";

const commands: Command[] = ["My chats", "Search chats", "Été à Harbour", "Chats of today"].map((label) => ({
  label,
  kind: "filter",
  act: () => {},
}));

function found(words: string): string[] {
  return commandsFor(words, commands).map(({ label }) => label);
}

Deno.test("E22b: a command is found by parts of its words, without accents, what begins so first", () => {
  assertEquals(found(""), ["My chats", "Search chats", "Été à Harbour", "Chats of today"]);
  assertEquals(found("chats"), ["Chats of today", "My chats", "Search chats"]);
  assertEquals(found("ete harb"), ["Été à Harbour"]);
  assertEquals(found("FILTER my"), ["My chats"]);
  assertEquals(found("nothing"), []);
});
