import { assertEquals } from "./asserting.ts";
import { Monitored } from "./monitored.ts";
import type { MonitoredVisitor, MonitoringChanged, MonitoringSnapshot } from "./wire.ts";

function row(visitor: string, more: Partial<MonitoredVisitor> = {}): MonitoredVisitor {
  return {
    visitor,
    conversation: null,
    name: null,
    page: { url: "https://harbour.example/prices", title: "Prices", at: 5 },
    since: Number(visitor),
    source: "",
    country: null,
    city: null,
    device: "desktop",
    returning: false,
    chat: "none",
    shutOut: false,
    ...more,
  };
}

function snapshot(site: string, rows: readonly MonitoredVisitor[], total = rows.length): MonitoringSnapshot {
  return { event: "Snapshot", topic: `monitoring.${site}`, total, rows };
}

function changed(site: string, rows: readonly MonitoredVisitor[], gone: readonly string[] = []): MonitoringChanged {
  return { event: "MonitoringChanged", topic: `monitoring.${site}`, rows, gone };
}

const everybody = { site: "", words: "" };
const nothing = (): string => "";
const ids = (monitored: Monitored, wanted = everybody, about = nothing): string[] =>
  monitored.list(wanted, about).map(({ visitor }) => visitor);

Deno.test("E52: a snapshot and what came after it show what a fresh snapshot shows", () => {
  const live = new Monitored();
  live.take(changed("2", [row("9")]));
  assertEquals(ids(live), []);
  live.take(snapshot("2", [row("1"), row("2")]));
  live.take(changed("2", [row("3"), row("1", { chat: "active" })], ["2"]));
  const fresh = new Monitored();
  fresh.take(snapshot("2", [row("3"), row("1", { chat: "active" })]));
  assertEquals(live.list(everybody, nothing), fresh.list(everybody, nothing));
  assertEquals(ids(live), ["3", "1"]);
});

Deno.test("E52, X7: all websites stand in one list, each visitor with the own one, and one website alone can be asked for", () => {
  const live = new Monitored();
  live.take(snapshot("2", [row("1")]));
  live.take(snapshot("7", [row("4"), row("6")], 12));
  assertEquals(ids(live), ["6", "4", "1"]);
  assertEquals(ids(live, { site: "2", words: "" }), ["1"]);
  assertEquals(live.get("7", "4")?.site, "7");
  assertEquals([live.count(""), live.count("2"), live.count("7")], [13, 1, 12]);
  live.drop("7");
  assertEquals([ids(live).length, live.count(""), live.has("7")], [1, 1, false]);
});

Deno.test("E52: every word that is looked for is found, wherever it stands and however it is written", () => {
  const live = new Monitored();
  live.take(snapshot("2", [
    row("1", { name: "Zoé Brûlé", source: "search.example" }),
    row("2", { page: { url: "https://harbour.example/contact", title: "Contact", at: 1 } }),
  ]));
  assertEquals(ids(live, { site: "", words: "zoe BRU" }), ["1"]);
  assertEquals(ids(live, { site: "", words: "contact" }), ["2"]);
  assertEquals(ids(live, { site: "", words: "search zoe" }), ["1"]);
  assertEquals(ids(live, { site: "", words: "zoe contact" }), []);
  assertEquals(ids(live, { site: "", words: "italie" }, () => "Italie"), ["2", "1"]);
});

Deno.test("E52: frames of other topics change nothing", () => {
  const live = new Monitored();
  assertEquals(live.take({ event: "Snapshot", topic: "visitors.2", rows: [] }), false);
  assertEquals(live.take({ event: "Ping", heads: {} }), false);
});
