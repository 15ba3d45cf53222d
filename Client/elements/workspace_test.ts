import { assertEquals } from "../live/asserting.ts";
import { FakeLocks, FakeNetwork, FixedClock, MemoryStorage, message, settle, subscribed } from "../live/testing.ts";
import type { VisitorRow } from "../live/wire.ts";
import { rowOf } from "./testing.ts";
import { Workspace } from "./workspace.ts";

const harbour = {
  id: "2",
  name: "Harbour Essays",
  hue: 178,
  mayWrite: true,
  pseudonym: "Clara",
  avatar: "fern",
  ours: "end",
  files: true,
};
const lantern = { ...harbour, id: "4", name: "Paper Lantern Books", hue: 25 };

/** Clara's console, signed in, with these sites and the rows of Harbour Essays. */
function desk(rows: readonly VisitorRow[], sites: readonly object[] = [harbour]): {
  workspace: Workspace;
  network: FakeNetwork;
  clock: FixedClock;
} {
  const network = new FakeNetwork();
  const clock = new FixedClock();
  const workspace = new Workspace({
    address: "wss://parley.example/live",
    storage: new MemoryStorage(),
    locks: new FakeLocks(),
    clock,
    openSocket: network.open,
    random: () => 0,
  });
  workspace.start();
  network.line.dispatchEvent(new Event("open"));
  welcome(network);
  network.line.say(me(sites));
  network.line.say({ event: "Snapshot", topic: "visitors.2", rows });
  return { workspace, network, clock };
}

function welcome(network: FakeNetwork): void {
  const you = { kind: "account", id: "3", name: "Clara", roles: ["agent"] };
  network.line.say({ event: "Welcome", protocol: 1, you, topic: "agent.3" });
}

function me(sites: readonly object[]): Record<string, unknown> {
  const clara = { id: "3", name: "Clara Lindqvist", roles: ["agent"], status: "online" };
  return { event: "Snapshot", topic: "agent.3", me: clara, sites };
}

function topics(network: FakeNetwork): unknown[] {
  return network.line.all("subscribe").map((command) => command["topic"]);
}

Deno.test("X4: what waits in a chat that may not be opened any more is said to be refused, stays, and goes out when it may again", async () => {
  const { workspace, network, clock } = desk([rowOf()]);
  const { conversation } = rowOf();
  const topic = `chat.${conversation}`;
  workspace.threads.open(conversation);
  network.line.say({ ...subscribed({ topic }), id: network.line.all("subscribe").at(-1)?.["id"] });
  await settle();
  network.line.cut();
  await settle();
  workspace.threads.send(conversation, "I look into it.");
  const barred: string[] = [];
  workspace.on("barred", (where) => barred.push(where));
  clock.advance(500);
  network.line.dispatchEvent(new Event("open"));
  welcome(network);
  network.line.say(me([]));
  const asked = network.line.all("subscribe").find((command) => command["topic"] === topic);
  network.line.say({ event: "Refused", id: asked?.["id"], reason: "notFound", text: "There is nothing here." });
  await settle();
  assertEquals(barred, [conversation]);
  const [unsent] = workspace.unsentIn(conversation);
  assertEquals([unsent?.text, unsent?.state, unsent?.refusal?.text], [
    "I look into it.",
    "refused",
    "There is nothing here.",
  ]);
  assertEquals(network.line.all("send"), []);
  workspace.threads.tryAgain(unsent?.client ?? "");
  const again = network.line.all("subscribe").filter((command) => command["topic"] === topic);
  assertEquals(again.length, 2);
  network.line.say({ ...subscribed({ topic }), id: again[1]?.["id"] });
  await settle();
  assertEquals(network.line.all("send").map(({ text }) => text), ["I look into it."]);
});

Deno.test("E36a: a notice names its website as it is called now", () => {
  const { workspace, network } = desk([rowOf()]);
  const notice = { conversation: rowOf().conversation, place: "Harbour Essays" };
  network.line.say(me([{ ...harbour, name: "Harbour Letters" }]));
  assertEquals(workspace.placeOf(notice), "Harbour Letters");
  assertEquals(workspace.placeOf({ ...notice, conversation: "99" }), "Harbour Essays");
});

Deno.test("E22b: the lists are known once every site has sent its rows", () => {
  const { workspace, network } = desk([rowOf()], [harbour, lantern]);
  assertEquals(workspace.loaded, false);
  network.line.say({ event: "Snapshot", topic: "visitors.4", rows: [] });
  assertEquals(workspace.loaded, true);
});

Deno.test("E91d: chats one has joined stay current without being opened, so that they are marked as delivered", () => {
  const { network } = desk([rowOf({ conversation: "5" }), rowOf({ conversation: "7", agents: [] })]);
  assertEquals(topics(network), ["agent.3", "notices.3", "visitors.2", "chat.5"]);
  const clara = { id: "3", name: "Clara", avatar: "fern", colour: 1, status: "online", here: true } as const;
  const people = { visitor: { name: "Ada Moreau", online: true }, agents: [clara] };
  network.line.say({ ...subscribed({ head: 1, reset: true, entries: [message(1, 0)], people }) });
  assertEquals(network.line.last("mark"), { do: "mark", topic: "chat.5", delivered: 1, seen: 0 });
});

Deno.test("E27a: a click joins as soon as the thread is subscribed, for before the server knows nothing of it", async () => {
  const { workspace, network } = desk([rowOf({ conversation: "5", agents: [] })]);
  void workspace.join("5");
  await settle();
  assertEquals(network.line.all("join"), []);
  network.line.say({ ...subscribed({ head: 1, reset: true, entries: [message(1, 0)] }) });
  await settle();
  assertEquals(network.line.last("join")?.["topic"], "chat.5");
});

Deno.test("E27a: a line that is cut before the thread is subscribed fails the click, and nothing is joined later", async () => {
  const { workspace, network } = desk([rowOf({ conversation: "5", agents: [] })]);
  const failed = workspace.join("5").then(() => false, () => true);
  network.line.cut();
  assertEquals(await failed, true);
});

Deno.test("E89a: a site that is taken away takes its chats along", () => {
  const { workspace, network } = desk([rowOf()]);
  network.line.say(me([]));
  assertEquals([workspace.rows.rows.size, workspace.sites.length], [0, 0]);
  assertEquals(network.line.all("unsubscribe").map((command) => command["topic"]), ["visitors.2", "chat.5"]);
});

Deno.test("E30: a visitor who comes is told once, and the ring does not repeat for a change of the row", () => {
  const { workspace, network } = desk([]);
  const rung: string[] = [];
  workspace.on("visitorJoined", (row) => rung.push(row.conversation));
  const row = rowOf({ chat: { state: "waiting" }, agents: [] });
  network.line.say({ event: "NewVisitorJoined", topic: "visitors.2", row });
  network.line.say({ event: "NewVisitorJoined", topic: "visitors.2", row });
  network.line.say({ event: "ConversationChanged", topic: "visitors.2", row: { ...row, revision: 2 } });
  assertEquals(rung, ["5"]);
});

Deno.test("E30: a chat rings once also when a snapshot with it was faster than the news of it", () => {
  const { workspace, network } = desk([]);
  const rung: string[] = [];
  workspace.on("visitorJoined", (row) => rung.push(row.chat.id));
  const row = rowOf({ chat: { state: "waiting" }, agents: [] });
  const snapshot = { event: "Snapshot", topic: "visitors.2", rows: [row] } as const;
  network.line.say(snapshot);
  network.line.say({ event: "NewVisitorJoined", topic: "visitors.2", row });
  network.line.say(snapshot);
  network.line.say({ event: "NewVisitorJoined", topic: "visitors.2", row });
  const next = { ...row, revision: 9, chat: { ...row.chat, id: "10" } };
  network.line.say({ event: "NewVisitorJoined", topic: "visitors.2", row: next });
  assertEquals(rung, ["9", "10"]);
});

Deno.test("E24a: typing in a row ends by itself", () => {
  const { workspace, network, clock } = desk([rowOf()]);
  network.line.say({ event: "VisitorTyping", topic: "visitors.2", conversation: "5", on: true });
  assertEquals(workspace.isTyping("5"), true);
  let renderings = 0;
  workspace.on("rows", () => renderings += 1);
  clock.advance(6_001);
  assertEquals([workspace.isTyping("5"), renderings], [false, 1]);
});

Deno.test("X4: between its acknowledgement and its entry a message stays in the thread", async () => {
  const { workspace, network } = desk([rowOf()]);
  network.line.say({ ...subscribed({ head: 0 }) });
  workspace.threads.send("5", "Friday noon works.");
  const command = network.line.last("send");
  network.line.acknowledge(command, 1);
  await settle();
  assertEquals(workspace.threads.pending("5").map((pending) => pending.text), ["Friday noon works."]);
  network.line.say({ ...message(1, 0, { client: String(command["client"]), by: { kind: "agent", id: "3" } }) });
  assertEquals(workspace.threads.pending("5"), []);
});

Deno.test("X4: a thread with something on its way is subscribed again after the line was cut", async () => {
  const { workspace, network, clock } = desk([rowOf({ agents: [] })]);
  workspace.threads.open("5");
  network.line.say({ ...subscribed({ head: 0 }) });
  network.line.cut();
  await settle();
  workspace.threads.send("5", "Written while the line was cut.");
  clock.advance(0);
  network.line.dispatchEvent(new Event("open"));
  welcome(network);
  assertEquals(topics(network).includes("chat.5"), true);
  network.line.say({ ...subscribed({ head: 0 }) });
  assertEquals(network.line.last("send")["text"], "Written while the line was cut.");
});

Deno.test("E4: another account on the same cookie is noticed and not mixed with the first", () => {
  const { workspace, network, clock } = desk([]);
  let changed = false;
  workspace.on("changedAccount", () => changed = true);
  network.line.cut();
  clock.advance(0);
  const you = { kind: "account", id: "4", name: "Marc", roles: ["agent"] };
  network.line.say({ event: "Welcome", protocol: 1, you, topic: "agent.4" });
  assertEquals([changed, workspace.account], [true, "3"]);
});

Deno.test("A35: an expert follows the own threads, and of a site's chats only those of a team", () => {
  const { workspace, network } = desk([], []);
  const emil = { id: "3", name: "Emil Novak", roles: ["expert"], status: "online" };
  network.line.say({ event: "Snapshot", topic: "agent.3", me: emil, sites: [{ ...lantern, team: false }] });
  assertEquals(topics(network), ["agent.3", "notices.3", "threads.3"]);
  assertEquals(workspace.loaded, false);
  const row = rowOf({ conversation: "8", site: "4", agents: [], chat: { state: "waiting" } });
  network.line.say({ event: "Snapshot", topic: "threads.3", rows: [row] });
  assertEquals([workspace.loaded, workspace.mayWrite(row)], [true, true]);
  network.line.say(me([lantern]));
  assertEquals([workspace.rows.rows.size, workspace.mayWrite(row)], [0, true]);
  assertEquals(topics(network).at(-1), "visitors.4");
});

Deno.test("A35: an expert answers in a thread of their own under the own name where no site lends another", () => {
  const { workspace, network } = desk([]);
  assertEquals(workspace.nameIn(rowOf({ site: "4" })), "Clara Lindqvist");
  network.line.say(me([harbour, lantern]));
  assertEquals(workspace.nameIn(rowOf({ site: "4" })), "Clara");
});

Deno.test("A35: deadlines count down by the clock of the server", () => {
  const { workspace, network, clock } = desk([rowOf()]);
  network.line.say({ ...subscribed({}) });
  assertEquals(workspace.now, clock.now());
  network.line.say({ ...message(1, 0, { at: clock.now() + 120_000 }) });
  assertEquals(workspace.now, clock.now() + 120_000);
});

Deno.test("P2: a new chat that is somebody's turn rings for them alone", () => {
  const heard = (to: string): readonly string[] => {
    const { workspace, network } = desk([]);
    const sounds: string[] = [];
    workspace.on("transferred", () => sounds.push("turn"));
    workspace.on("visitorJoined", () => sounds.push("everybody"));
    const transfer = to === "" ? null : { to, name: "Clara", until: 9_000, offered: true };
    const row = rowOf({ conversation: "5", revision: 2, agents: [], chat: { state: "waiting", transfer } });
    network.line.say({ event: "NewVisitorJoined", topic: "visitors.2", row });
    network.line.say({ event: "ConversationChanged", topic: "visitors.2", row: { ...row, revision: 3 } });
    return sounds;
  };
  assertEquals(heard("3"), ["turn"]);
  assertEquals(heard("4"), []);
  assertEquals(heard(""), ["everybody"]);
});

Deno.test("E32, X5: who is asked to take over hears of it once, and the team when the time was over", () => {
  const { workspace, network } = desk([rowOf({ conversation: "5", agents: [] })]);
  const heard: string[] = [];
  workspace.on("transferred", (row) => heard.push(`asked ${row.conversation}`));
  workspace.on("visitorJoined", (row) => heard.push(`waits ${row.conversation}`));
  const transfer = { to: "3", name: "Clara", until: 9_000 };
  const say = (revision: number, chat: Partial<VisitorRow["chat"]>): void => {
    const row = rowOf({ conversation: "5", revision, agents: [], chat });
    network.line.say({ event: "ConversationChanged", topic: "visitors.2", row });
  };
  say(2, { state: "waiting", transfer });
  say(3, { state: "waiting", transfer });
  say(4, { state: "waiting", transfer: null });
  say(5, { state: "waiting", transfer: { ...transfer, to: "4" } });
  assertEquals(heard, ["asked 5", "waits 5"]);
  assertEquals(workspace.rows.active().length, 0);
});

Deno.test("E73: a refresh takes another line, asks for every list anew, and is over when all of them are there or after a while", async () => {
  const { workspace, network, clock } = desk([rowOf()]);
  let isOver = false;
  void workspace.refresh().then(() => isOver = true);
  assertEquals(network.sockets.length, 2);
  network.line.dispatchEvent(new Event("open"));
  welcome(network);
  await settle();
  assertEquals([isOver, topics(network).includes("visitors.2")], [false, true]);
  network.line.say({ event: "Snapshot", topic: "visitors.2", rows: [rowOf({ revision: 2 })] });
  await settle();
  assertEquals([isOver, workspace.loaded, workspace.row("5")?.revision], [true, true, 2]);

  isOver = false;
  void workspace.refresh().then(() => isOver = true);
  clock.advance(4_000);
  await settle();
  assertEquals([isOver, workspace.row("5")?.revision], [true, 2]);
});
