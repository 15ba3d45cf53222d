import { assertEquals } from "../live/asserting.ts";
import { callAt, calledIn, complete, suggest, withCalls } from "./mentions.ts";

const ann = { id: "3", name: "Ann" };
const annaMaria = { id: "4", name: "Anna Maria" };
const zoe = { id: "5", name: "Zoé Léger" };
const team = [ann, annaMaria, zoe];

Deno.test("E40: a name is asked for from the @ on, up to the cursor", () => {
  assertEquals(callAt("Ask @an", 7), { from: 4, typed: "an" });
  assertEquals(callAt("@", 1), { from: 0, typed: "" });
  assertEquals(callAt("@Anna Ma", 8), { from: 0, typed: "Anna Ma" });
});

Deno.test("E40: an address, a new line and a lone @ ask for no name", () => {
  assertEquals(callAt("ada@example", 11), null);
  assertEquals(callAt("@an\nnext", 8), null);
  assertEquals(callAt("@ noon", 6), null);
  assertEquals(callAt("no call", 7), null);
});

Deno.test("E40: any word of a name is found, whatever its accents", () => {
  assertEquals(suggest(team, "AN"), [ann, annaMaria]);
  assertEquals(suggest(team, "leg"), [zoe]);
  assertEquals(suggest(team, "zoe"), [zoe]);
  assertEquals(suggest(team, ""), team);
  assertEquals(suggest(team, "x"), []);
});

Deno.test("E40: choosing puts the whole name where it was being typed", () => {
  assertEquals(complete("Ask @zo please", { from: 4, typed: "zo" }, "Zoé Léger"), {
    text: "Ask @Zoé Léger please",
    cursor: 15,
  });
  assertEquals(complete("@", { from: 0, typed: "" }, "Ann"), { text: "@Ann ", cursor: 5 });
});

Deno.test("E40: who is called is read from the words that are sent", () => {
  assertEquals(calledIn("@Ann and @zoé léger, see this, @Ann", team), ["3", "5"]);
  assertEquals(calledIn("@Anna Maria knows", team), ["4"]);
  assertEquals(calledIn("@Annabel, ada@Ann and @nobody", team), []);
});

Deno.test("E40: put together again it is the same text", () => {
  const text = "Hey @Anna Maria: @Ann?";
  const parts = withCalls(text, team);
  assertEquals(parts, ["Hey ", annaMaria, ": ", ann, "?"]);
  assertEquals(parts.map((part) => typeof part === "string" ? part : `@${part.name}`).join(""), text);
});
