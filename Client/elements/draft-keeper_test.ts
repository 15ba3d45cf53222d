import { assertEquals } from "../live/asserting.ts";
import { FakeLocks, FakeNetwork, FixedClock, MemoryStorage, settle } from "../live/testing.ts";
import { DraftKeeper } from "./draft-keeper.ts";
import { Drafts } from "./drafts.ts";
import { Workspace } from "./workspace.ts";

type Draft = { readonly conversation: string; readonly text: string; readonly at: number };

/** Clara's console, signed in, with what stands on the server. */
function desk(kept: readonly Draft[], storage = new MemoryStorage()): {
  network: FakeNetwork;
  clock: FixedClock;
  drafts: Drafts;
  says: (kept: readonly Draft[]) => void;
} {
  const network = new FakeNetwork();
  const clock = new FixedClock();
  const workspace = new Workspace({
    address: "wss://parley.example/live",
    storage,
    locks: new FakeLocks(),
    clock,
    openSocket: network.open,
    random: () => 0,
  });
  const drafts = new Drafts("3", storage, () => clock.now());
  new DraftKeeper(workspace, () => drafts, new AbortController().signal, clock);
  const says = (drafts: readonly Draft[]): void => {
    const me = { id: "3", name: "Clara Lindqvist", roles: ["agent"], status: "online" };
    network.line.say({ event: "Snapshot", topic: "agent.3", me, sites: [], drafts });
  };
  const welcome = (): void => {
    network.line.dispatchEvent(new Event("open"));
    const you = { kind: "account", id: "3", name: "Clara", roles: ["agent"] };
    network.line.say({ event: "Welcome", protocol: 1, you, topic: "agent.3" });
  };
  workspace.start();
  welcome();
  says(kept);
  return { network, clock, drafts, says };
}

const said = (network: FakeNetwork): unknown[] => network.line.all("draft").map(({ text }) => text);

Deno.test("E91d: while one types it is said now and then, with when it was written; what was sent is said at once", async () => {
  const { network, clock, drafts } = desk([]);
  const start = clock.now();
  drafts.set("chat.5", "Dear");
  clock.advance(1_000);
  drafts.set("chat.5", "Dear Ada");
  assertEquals(said(network), []);
  clock.advance(600);
  const command = network.line.last("draft");
  const { topic, conversation, text, at } = command;
  assertEquals({ topic, conversation, text, at }, {
    topic: "agent.3",
    conversation: "5",
    text: "Dear Ada",
    at: start + 1_000,
  });
  network.line.say({ event: "Done", id: command["id"] });
  await settle();
  assertEquals(drafts.unsaved("chat.5"), null);
  drafts.set("chat.5", "");
  assertEquals(said(network), ["Dear Ada", ""]);
});

Deno.test("E91d: the desk brings what was written elsewhere, and what was written here without a line goes there", () => {
  const storage = new MemoryStorage();
  const before = new Drafts("3", storage, () => 2_000);
  before.set("chat.5", "from the train");
  before.set("chat.7", "older here");
  const { network, drafts } = desk([
    { conversation: "7", text: "newer there", at: 3_000 },
    { conversation: "9", text: "begun at home", at: 1_000 },
  ], storage);
  assertEquals(["chat.5", "chat.7", "chat.9"].map((topic) => drafts.get(topic)), [
    "from the train",
    "newer there",
    "begun at home",
  ]);
  assertEquals(said(network), ["from the train"]);
});

Deno.test("E91d: what another device writes comes at once, and its own words back change nothing", () => {
  const { network, clock, drafts } = desk([]);
  drafts.set("chat.5", "Dear Ada");
  const mine = { event: "DraftChanged", topic: "agent.3", conversation: "5", text: "Dear", at: clock.now() - 1 };
  network.line.say(mine);
  assertEquals(drafts.get("chat.5"), "Dear Ada");
  network.line.say({ ...mine, text: "Dear Ada, and Ben", at: clock.now() + 1 });
  assertEquals(drafts.get("chat.5"), "Dear Ada, and Ben");
  clock.advance(5_000);
  assertEquals(said(network), [], "there is nothing of ours to say");
});

Deno.test("E91d: a keeper hears of what another tab of the browser did", () => {
  const storage = new MemoryStorage();
  const { drafts, clock } = desk([], storage);
  drafts.take("chat.5", { text: "Dear Ada", at: clock.now() - 1_000 });
  const taken: string[] = [];
  drafts.on("taken", (topic) => taken.push(drafts.get(topic)));
  new Drafts("3", storage, () => clock.now()).set("chat.5", "");
  globalThis.dispatchEvent(Object.assign(new Event("storage"), { key: "parley.draft.3.chat.5" }));
  assertEquals(taken, [""]);
});

Deno.test("E91d: what could not be said is said with the next desk", async () => {
  const { network, clock, drafts, says } = desk([]);
  drafts.set("chat.5", "Dear Ada");
  clock.advance(2_000);
  network.line.cut();
  await settle();
  assertEquals(drafts.unsaved("chat.5")?.text, "Dear Ada");
  clock.advance(60_000);
  network.line.dispatchEvent(new Event("open"));
  network.line.say({
    event: "Welcome",
    protocol: 1,
    you: { kind: "account", id: "3", name: "Clara", roles: ["agent"] },
    topic: "agent.3",
  });
  says([]);
  assertEquals(said(network), ["Dear Ada"]);
});

Deno.test("E91d, X4: what is longer than a message stays on this device, because the line would not carry it", async () => {
  const { network, clock, drafts, says } = desk([]);
  drafts.set("chat.5", "a".repeat(100_000));
  clock.advance(2_000);
  says([{ conversation: "5", text: "Dear", at: clock.now() - 60_000 }]);
  await settle();
  assertEquals(said(network), []);
  assertEquals(drafts.get("chat.5").length, 100_000);
  drafts.set("chat.5", "🙂".repeat(8_000));
  clock.advance(2_000);
  assertEquals(said(network), ["🙂".repeat(8_000)]);
});
