import ar from "../../Locales/ar/console.json" with { type: "json" };
import en from "../../Locales/en/console.json" with { type: "json" };
import fr from "../../Locales/fr/console.json" with { type: "json" };
import it from "../../Locales/it/console.json" with { type: "json" };
import { assert, assertEquals } from "../live/asserting.ts";
import { type Catalogue, plainName, Texts } from "./texts.ts";

const catalogues: Readonly<Record<string, Catalogue>> = { en, fr, it, ar };

Deno.test("P11: a text has its places filled, and keeps a place that nothing was given for", () => {
  const texts = new Texts({ list: { you: "{name} of {site}" } }, "en");
  assertEquals(
    texts.say("list.you", { name: "Ada", site: "Harbour Essays" }),
    "\u2068Ada\u2069 of \u2068Harbour Essays\u2069",
  );
  assertEquals(texts.say("list.you", { name: "Ada" }), "\u2068Ada\u2069 of {site}");
  assertEquals(texts.say("list.nobody"), "list.nobody");
});

Deno.test("P11: a number chooses among the forms that Arabic has", () => {
  const texts = new Texts(ar, "ar");
  const forms = new Set(
    [0, 1, 2, 3, 11, 100].map((count) => texts.count("thread.missed", count).replaceAll(/\d+/g, "")),
  );
  assertEquals(forms.size, 5);
  assertEquals(texts.count("thread.missed", 2), "رسالتان جديدتان");
});

Deno.test("E77: a name is fenced in and stripped of signs that would turn the words around it", () => {
  const english = new Texts({ joined: "{name} joined" }, "en");
  assertEquals(english.say("joined", { name: "كلارا" }), "\u2068كلارا\u2069 joined");
  assertEquals(english.say("joined", { name: "Ada\u202e\u2066\u2069" }), "\u2068Ada\u2069 joined");
  assertEquals(plainName("\u202aAda\u202c \u2067Moreau\u2069"), "Ada Moreau");
});

Deno.test("P11: several names are joined as the language does, and each keeps its own direction", () => {
  const english = new Texts({ here: { one: "{names} is here", other: "{names} are here" } }, "en");
  assertEquals(english.count("here", 1, { names: ["كلارا"] }), "\u2068كلارا\u2069 is here");
  assertEquals(
    english.count("here", 2, { names: ["كلارا", "Bruno"] }),
    "\u2068كلارا\u2069 and \u2068Bruno\u2069 are here",
  );
});

Deno.test("P11: every text of the console is there in all four languages, with every form for numbers and the same places", () => {
  const shape = shapeOf(en, "en");
  for (const [language, catalogue] of Object.entries(catalogues)) {
    assertEquals(shapeOf(catalogue, language), shape, language);
  }
});

/** Each key with the places in its text; the forms for numbers are checked here and then count as one text. */
function shapeOf(catalogue: Catalogue, language: string, path = ""): string[] {
  return Object.entries(catalogue).flatMap(([key, value]) => {
    const name = `${path}${key}`;
    if (typeof value === "string") return [`${name} ${placesIn(value)}`];
    if (!("other" in value)) return shapeOf(value, language, `${name}.`);
    const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const form of needed) assert(typeof value[form] === "string", `${language}: ${name} lacks the form ${form}`);
    return [`${name} ${placesIn(String(value["other"]))}`];
  }).sort();
}

function placesIn(text: string): string {
  return (text.match(/\{\w+\}/g) ?? []).sort().join(" ");
}
