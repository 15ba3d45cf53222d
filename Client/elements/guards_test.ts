import { assertEquals } from "../live/asserting.ts";
import { type Circumstances, warningOf } from "./guards.ts";

const usual: Circumstances = {
  otherBrands: ["Paper Lantern Books", "lantern.localhost"],
  visitor: "Ada Moreau",
  isPaid: false,
  offPlatform: "allow",
};

function kindOf(text: string, changes: Partial<Circumstances> = {}): string | null {
  return warningOf(text, { ...usual, ...changes })?.kind ?? null;
}

Deno.test("X11: a message that names another website is asked about", () => {
  assertEquals(warningOf("Thank you for writing to paper lantern books!", usual), {
    kind: "brand",
    name: "Paper Lantern Books",
  });
  assertEquals(kindOf("See https://lantern.localhost/prices"), "brand");
  assertEquals(kindOf("We print on paper, lantern or not."), null);
});

Deno.test("P1: a gap of a canned reply is asked about", () => {
  assertEquals(warningOf("You look at {page}.", usual), { kind: "gap", name: "{page}" });
  assertEquals(kindOf("In braces {like these}"), null);
});

Deno.test("X11: a greeting of somebody else is asked about, one of the visitor's is not", () => {
  assertEquals(warningOf("Dear Bruno, yes.", usual), { kind: "name", name: "Bruno" });
  assertEquals(kindOf("Bonjour Élise,"), "name");
  for (const text of ["Hello Ada", "Ciao Moreau,", "good morning Áda!", "Hello there", "Dear Sir", "Hi and welcome"]) {
    assertEquals(kindOf(text), null);
  }
  assertEquals(kindOf("Dear Bruno", { visitor: null }), null);
});

Deno.test("E91b, X11: what leads past a website is asked about where it warns, and told where it hides it", () => {
  for (const text of ["Write to me@example.com", "Call +33 6 12 34 56 78", "Come to wa.me/35315550100"]) {
    assertEquals(kindOf(text, { offPlatform: "warn" }), "contact");
    assertEquals(kindOf(text, { offPlatform: "mask" }), "hidden");
    assertEquals(kindOf(text, { offPlatform: "mask", isPaid: true }), "hidden");
    assertEquals(kindOf(text), null);
  }
});

Deno.test("X11: an address or a number that leads past a paid thread is asked about there", () => {
  for (const text of ["Write to me@example.com", "Call +33 6 12 34 56 78", "0612345678 any time"]) {
    assertEquals(kindOf(text, { isPaid: true }), "contact");
    assertEquals(kindOf(text), null);
  }
  assertEquals(kindOf("In 2026 it costs 1.200 euros", { isPaid: true }), null);
});

Deno.test("X11: a colleague who is called where the visitor reads it is asked about; an address calls nobody", () => {
  assertEquals(kindOf("@Bruno do you know?"), "colleague");
  assertEquals(kindOf("Ask me, (@bruno) knows"), "colleague");
  assertEquals(kindOf("me@example.com"), null);
  assertEquals(kindOf("2 @ 5 euros"), null);
});
