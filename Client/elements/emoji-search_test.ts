import { emoji } from "../emoji/emoji.ts";
import { assert, assertEquals } from "../live/asserting.ts";
import { searchEmoji } from "./emoji-search.ts";

function found(language: string, words: string): string[] {
  return searchEmoji(emoji, language, words).flatMap((group) => group.found.map((one) => one.emoji));
}

Deno.test("B49b: emoji are found by the words of the reader's language, without its accents, and by English ones", () => {
  assert(found("en", "grinning big").includes("😃"));
  assert(found("fr", "fusee").includes("🚀"));
  assert(found("it", "razzo").includes("🚀"));
  assert(found("ar", "صاروخ").includes("🚀"));
  assert(found("fr", "rocket").includes("🚀"));
  assertEquals(found("en", "no such thing at all"), []);
});

Deno.test("B49b: without words all of Unicode's groups are there in its order, each emoji with a name in every language", () => {
  const groups = searchEmoji(emoji, "en", " ");
  assertEquals(groups.length, 9);
  assertEquals(groups[0]?.found[0], { emoji: "😀", name: "grinning face" });
  for (const group of emoji.groups) {
    for (const [sign, ...names] of group.emoji) {
      assertEquals([sign, names.filter((name) => name !== "").length], [sign, 4]);
    }
  }
});
