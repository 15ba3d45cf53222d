import catalogue from "../../Locales/en/console.json" with { type: "json" };
import { assertEquals } from "../live/asserting.ts";
import type { Entry } from "../live/wire.ts";
import { isHappening, sayHappening } from "./happening.ts";
import { Texts } from "./texts.ts";

const texts = new Texts(catalogue, "en");
const by = { kind: "agent", id: "3", name: "Clara" } as const;
const numbered = { topic: "chat.5", n: 8, after: 7, at: 0, chat: "9", by };

/** Names stand between invisible signs. */
function plain(words: string): string {
  return words.replaceAll(/[\u2068\u2069]/g, "");
}

function say(body: { readonly to: string | null; readonly name: string; readonly reason?: string }): string {
  const entry: Entry = { ...numbered, event: "ChatTransferred", body };
  assertEquals(isHappening(entry), true);
  return plain(sayHappening(entry, "4", texts, "2:30 PM"));
}

Deno.test("E56: the history says from whom to whom and when, and why where somebody said so", () => {
  assertEquals(say({ to: "4", name: "Tom" }), "Transferred from Clara to Tom at 2:30 PM");
  assertEquals(
    say({ to: "4", name: "Tom", reason: "Knows the library" }),
    "Transferred from Clara to Tom at 2:30 PM. Reason: Knows the library",
  );
  assertEquals(say({ to: null, name: "" }), "Transferred from Clara to Somebody at 2:30 PM");
});

Deno.test("X5: that nobody took over in time is said, otherwise where somebody stayed", () => {
  const entry = (last: boolean): Entry => ({
    ...numbered,
    by: { kind: "system" },
    event: "TransferEnded",
    body: { last },
  });
  assertEquals(sayHappening(entry(true), "3", texts), catalogue.line.transferEnded);
  assertEquals(sayHappening(entry(false), "3", texts), catalogue.line.transferEndedStayed);
});

Deno.test("P2, X5: turns, waits that took too long and silence are said to the team", () => {
  const said = (entry: Partial<Entry>, account = "4"): string =>
    plain(sayHappening({ ...numbered, ...entry } as Entry, account, texts));
  assertEquals(said({ event: "ChatOffered", body: { to: "4", name: "Tom" } }), "It is Tom’s turn");
  assertEquals(said({ event: "OfferEnded" }), catalogue.line.offerEnded);
  assertEquals(said({ event: "WaitOverdue" }), catalogue.line.waitOverdue);
  const silent = { event: "AgentLeftChat", body: { last: true, silentSince: 5 } } as const;
  assertEquals(said(silent), "Clara did not answer, so the chat waits for the team again");
  assertEquals(said(silent, "3"), catalogue.line.youSilent);
});

Deno.test("P1: a line says who put which tags on the chat and took which off", () => {
  const [refund, urgent] = [{ id: "7", name: "Refund" }, { id: "9", name: "Urgent" }];
  const said = (added: typeof refund[], removed: typeof refund[]): string => {
    const entry: Entry = { ...numbered, event: "ChatTagged", body: { added, removed } };
    return plain(sayHappening(entry, "4", texts));
  };
  assertEquals(said([refund, urgent], []), "Tags added by Clara: Refund and Urgent");
  assertEquals(said([], [refund]), "Tags removed by Clara: Refund");
  assertEquals(said([refund], [urgent]), "Tags changed by Clara: Refund added, Urgent removed");
  assertEquals(said([], []), "Tags were erased");
});

Deno.test("P2: the team reads which rule was followed, and that it was a rule that put a tag on the chat", () => {
  const said = (entry: Partial<Entry>): string =>
    plain(sayHappening({ ...numbered, by: { kind: "system" }, ...entry } as Entry, "4", texts));
  assertEquals(isHappening({ ...numbered, event: "RuleFollowed", body: { name: "Invoices" } }), true);
  assertEquals(said({ event: "RuleFollowed", body: { name: "Invoices" } }), "The rule “Invoices” was followed");
  assertEquals(
    said({ event: "ChatTagged", body: { added: [{ id: "7", name: "Refund" }], removed: [] } }),
    texts.say("line.tagged", { name: catalogue.line.aRule, tags: ["Refund"] }).replaceAll(/[\u2068\u2069]/g, ""),
  );
});
