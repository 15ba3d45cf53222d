// Every text that a paid thread names is in its catalogue, and every text of the catalogue is named.

import catalogue from "../../Locales/en/talk.json" with { type: "json" };
import { assertEquals } from "../live/asserting.ts";
import alerts from "./alerts.ts" with { type: "text" };
import countdown from "../elements/countdown.ts" with { type: "text" };
import type { Catalogue } from "../elements/texts.ts";
import dealBar from "./deal-bar.ts" with { type: "text" };
import expertHead from "./expert-head.ts" with { type: "text" };
import minuteLines from "../elements/minute-lines.ts" with { type: "text" };
import minutesBar from "../elements/minutes-bar.ts" with { type: "text" };
import paid from "./paid.ts" with { type: "text" };
import parleyTalk from "./parley-talk.ts" with { type: "text" };
import phoneChoice from "./phone-choice.ts" with { type: "text" };
import ratingForm from "./rating-form.ts" with { type: "text" };
import thanks from "./thanks.ts" with { type: "text" };
import tipDialog from "./tip-dialog.ts" with { type: "text" };

const sources = [
  alerts,
  countdown,
  dealBar,
  expertHead,
  minuteLines,
  minutesBar,
  paid,
  parleyTalk,
  phoneChoice,
  ratingForm,
  thanks,
  tipDialog,
].join("\n");

Deno.test("P11: a paid thread names no text that is missing, and its catalogue holds none that nobody names", () => {
  const named = sources.matchAll(/"([a-z]+\.[a-zA-Z]+)"/g).map((match) => match[1] ?? "").toArray();
  const made = sources.matchAll(/`([a-z]+\.)\$\{/g).map((match) => match[1] ?? "").toArray();
  const used = new Set(named.filter((key) => (key.split(".")[0] ?? "") in catalogue));
  const keys = keysOf(catalogue);
  assertEquals(keys.filter((key) => !used.has(key) && !made.some((start) => key.startsWith(start))), []);
  assertEquals([...used].filter((key) => !keys.includes(key)), []);
});

function keysOf(part: Catalogue, path = ""): string[] {
  return Object.entries(part).flatMap(([key, value]) =>
    typeof value === "string" || "other" in value ? [path + key] : keysOf(value, `${path}${key}.`)
  );
}
