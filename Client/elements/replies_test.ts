import { assertEquals } from "../live/asserting.ts";
import { type CannedReply, fill, fitting, gapIn, isMacro, put, slashAt, type Values } from "./replies.ts";

const values: Values = { visitor: "Ada {site}", agent: "Clara", site: "Harbour", page: null, email: "", service: null };

function reply(name: string, changes: Partial<CannedReply> = {}): CannedReply {
  return { id: name, name, text: "", tags: [], closes: false, to: null, ...changes };
}

Deno.test("P1: a / at the start of a word offers replies, one inside of a word or an address does not", () => {
  assertEquals(slashAt("/", 1), { from: 0, typed: "" });
  assertEquals(slashAt("Hello /mon", 10), { from: 6, typed: "mon" });
  assertEquals(slashAt("a\n/money b", 9), { from: 2, typed: "money " });
  for (const text of ["and/or", "https://x.example/a", "/ 5", "/a\nb", ""]) {
    assertEquals(slashAt(text, text.length), null);
  }
});

Deno.test("P1: replies are found by every word of name and text, those whose name begins so first", () => {
  const [back, first, hours] = [
    reply("Money back"),
    reply("Première réponse", { text: "Money" }),
    reply("Hours"),
  ];
  assertEquals(fitting([first, back, hours], "MON"), [back, first]);
  assertEquals(fitting([first, back, hours], "premiere mon"), [first]);
  assertEquals(fitting([first, back, hours], ""), [first, back, hours]);
  assertEquals(fitting([back], "nothing"), []);
});

Deno.test("P1: places are filled in one pass, and what nobody knows stays a gap that is found", () => {
  assertEquals(fill("Hi {visitor}, {agent} of {site}", values), "Hi Ada {site}, Clara of Harbour");
  assertEquals(fill("You are on {page}, {email}", values), "You are on {page}, {email}");
  assertEquals(gapIn("You are on {page}, {email}"), { from: 11, gap: "{page}" });
  assertEquals(gapIn("Use {braces} freely"), null);
});

Deno.test("P1: the words take the place of what was typed", () => {
  assertEquals(put("Hello /mon you", { from: 6, typed: "mon" }, "money"), { text: "Hello money you", cursor: 11 });
});

Deno.test("P1: a reply that does something is a macro", () => {
  assertEquals([reply("a"), reply("b", { closes: true }), reply("c", { tags: ["7"] })].map(isMacro), [
    false,
    true,
    true,
  ]);
});
