import { assertEquals } from "./asserting.ts";
import { Connection } from "./connection.ts";
import { LogFeed, StateFeed } from "./feeds.ts";
import { FakeNetwork, FixedClock, message, settle, subscribed } from "./testing.ts";

function connected(): { clock: FixedClock; network: FakeNetwork; connection: Connection } {
  const clock = new FixedClock();
  const network = new FakeNetwork();
  const connection = new Connection({
    address: "wss://parley.example/live",
    hello: () => ({ do: "hello", protocol: 1 }),
    openSocket: network.open,
    clock,
    random: () => 0,
  });
  connection.start();
  network.line.accept();
  return { clock, network, connection };
}

function chat({ connection, clock }: ReturnType<typeof connected>): LogFeed {
  const feed = new LogFeed({ connection, topic: "chat.5", marks: () => true, clock });
  feed.start();
  return feed;
}

Deno.test("X4: a feed resumes after the last number it holds, on every new line", async () => {
  const world = connected();
  const feed = chat(world);
  assertEquals(world.network.line.last("subscribe").since, 0);
  const entries = [message(1, 0), message(2, 1)];
  world.network.line.say({ ...subscribed({ id: "c1", head: 2, reset: true, entries }) });
  world.network.line.cut();
  await settle();
  world.clock.advance(0);
  world.network.line.accept();
  assertEquals(world.network.line.last("subscribe").since, 2);
  assertEquals(feed.log.head, 2);
});

Deno.test("X4: a gap is asked for once and filled", async () => {
  const world = connected();
  const feed = chat(world);
  const { line } = world.network;
  line.say({ ...subscribed({ id: "c1", head: 1, reset: true, entries: [message(1, 0)] }) });
  await settle();
  line.say({ ...message(3, 2) });
  line.say({ ...message(4, 3) });
  assertEquals(line.all("subscribe").map((command) => command.since), [0, 1]);
  const entries = [message(2, 1), message(3, 2), message(4, 3)];
  line.say({ ...subscribed({ id: "c2", from: 1, head: 4, entries }) });
  assertEquals(feed.log.entries.map((entry) => entry.n), [1, 2, 3, 4]);
});

Deno.test("E89b, X4: what was refused is asked for again when it is opened again, and what is followed is not", async () => {
  const world = connected();
  const feed = chat(world);
  const { line } = world.network;
  line.say({ event: "Refused", id: "c1", reason: "notFound", text: "" });
  await settle();
  feed.again();
  assertEquals(line.all("subscribe").length, 2);
  line.say({ ...subscribed({ id: "c2", head: 1, reset: true, entries: [message(1, 0)] }) });
  await settle();
  feed.again();
  assertEquals(line.all("subscribe").length, 2);
});

Deno.test("X4: the last message, which nothing follows, is missed by the head in the next ping", async () => {
  const world = connected();
  chat(world);
  const { line } = world.network;
  line.say({ ...subscribed({ id: "c1", head: 1, reset: true, entries: [message(1, 0)] }) });
  await settle();
  line.say({ event: "Ping", heads: { "chat.5": 2 } });
  assertEquals(line.last("subscribe").since, 1);
});

Deno.test("X4: marks rise with what arrived and what was shown, and are said again after a resume", async () => {
  const world = connected();
  const feed = chat(world);
  const first = world.network.line;
  first.say({ ...subscribed({ id: "c1", head: 2, reset: true, entries: [message(1, 0), message(2, 1)] }) });
  assertEquals(first.last("mark"), { do: "mark", topic: "chat.5", delivered: 2, seen: 0 });
  feed.markSeen(2);
  feed.markSeen(1);
  assertEquals(first.all("mark").length, 2);
  assertEquals(first.last("mark"), { do: "mark", topic: "chat.5", delivered: 2, seen: 2 });
  first.cut();
  await settle();
  world.clock.advance(0);
  world.network.line.accept();
  world.network.line.say({ ...subscribed({ from: 2, head: 2 }) });
  assertEquals(world.network.line.last("mark"), { do: "mark", topic: "chat.5", delivered: 2, seen: 2 });
});

Deno.test("X4: history is not announced as arriving, a live entry is", () => {
  const world = connected();
  const feed = chat(world);
  const arrived: number[] = [];
  feed.on("arrived", (entry) => arrived.push(entry.n));
  world.network.line.say({ ...subscribed({ id: "c1", head: 1, reset: true, entries: [message(1, 0)] }) });
  world.network.line.say({ ...message(2, 1) });
  assertEquals(arrived, [2]);
});

Deno.test("E15: a typing that ends by itself is announced", () => {
  const world = connected();
  const feed = chat(world);
  world.network.line.say({ ...subscribed({ id: "c1" }) });
  world.network.line.say({ event: "AgentTyping", topic: "chat.5", by: { kind: "agent", id: "3" }, on: true });
  let changes = 0;
  feed.on("changed", () => changes += 1);
  world.clock.advance(6_001);
  assertEquals(changes, 1);
  assertEquals(feed.log.typists(world.clock.now()), []);
});

Deno.test("E22b: a state that cannot be trusted is asked for anew", () => {
  const { connection, network } = connected();
  new StateFeed({ connection, topic: "visitors.2", take: (frame) => frame.event === "VisitorPresence" }).start();
  network.line.say({ event: "VisitorPresence", topic: "visitors.2", conversation: "4", online: true });
  assertEquals(network.line.all("subscribe").length, 2);
});
