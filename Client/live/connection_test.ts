import { assert, assertEquals, assertRejects } from "./asserting.ts";
import { Connection, ConnectionLost, type Ending } from "./connection.ts";
import { FakeNetwork, FixedClock, settle } from "./testing.ts";

function started(): { clock: FixedClock; network: FakeNetwork; connection: Connection; window: EventTarget } {
  const clock = new FixedClock();
  const network = new FakeNetwork();
  const window = new EventTarget();
  const connection = new Connection({
    address: "wss://parley.example/live",
    hello: () => ({ do: "hello", protocol: 1 }),
    openSocket: network.open,
    clock,
    random: () => 1,
    network: window,
  });
  connection.start();
  return { clock, network, connection, window };
}

Deno.test("X4: the first frame is a hello, and nothing can be asked before the welcome", async () => {
  const { network, connection } = started();
  await assertRejects(connection.ask({ do: "open", topic: "chat.5" }), ConnectionLost);
  network.line.accept();
  assertEquals(network.line.said, [{ do: "hello", protocol: 1 }]);
  assertEquals(connection.phase, "open");
});

Deno.test("X4: an answer finds the command that asked for it", async () => {
  const { network, connection } = started();
  network.line.accept();
  const opened = connection.ask({ do: "open", topic: "chat.5" });
  const closed = connection.ask({ do: "close", topic: "chat.5" });
  network.line.say({ event: "Refused", id: network.line.last("close").id, reason: "notOpen", text: "No." });
  network.line.say({ event: "Done", id: network.line.last("open").id });
  assertEquals((await opened).event, "Done");
  assertEquals((await closed).event, "Refused");
});

Deno.test("X4: a command whose answer was cut off is told so", async () => {
  const { network, connection } = started();
  network.line.accept();
  const opened = connection.ask({ do: "open", topic: "chat.5" });
  network.line.cut();
  await assertRejects(opened, ConnectionLost);
});

Deno.test("X4: a command that is never answered is let go of after 20 s", async () => {
  const { clock, network, connection } = started();
  network.line.accept();
  const opened = connection.ask({ do: "open", topic: "chat.5" });
  clock.advance(19_000);
  network.line.say({ event: "Ping", heads: {} });
  clock.advance(1_000);
  await assertRejects(opened, ConnectionLost);
});

Deno.test("X4: a ping is answered and tells the heads that moved", () => {
  const { network, connection } = started();
  const heads: unknown[] = [];
  connection.on("heads", (value) => heads.push(value));
  network.line.accept();
  network.line.say({ event: "Ping", heads: { "chat.5": 9 } });
  assertEquals(network.line.all("pong").length, 1);
  assertEquals(heads, [{ "chat.5": 9 }]);
});

Deno.test("X4: a line that is silent for 25 s is given up and another one opened", () => {
  const { clock, network } = started();
  network.line.accept();
  clock.advance(24_999);
  assertEquals(network.sockets.length, 1);
  clock.advance(1);
  assert(network.sockets[0]?.isClosed);
  clock.advance(500);
  assertEquals(network.sockets.length, 2);
});

Deno.test("X4: attempts wait up to 0.5, 1, 2, 4, 8 and at most 15 s, and start over after a welcome", () => {
  const { clock, network } = started();
  for (const limit of [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
    const before = network.sockets.length;
    network.line.cut();
    clock.advance(limit - 1);
    assertEquals(network.sockets.length, before, `too early for ${limit}`);
    clock.advance(1);
    assertEquals(network.sockets.length, before + 1);
  }
  network.line.accept();
  const before = network.sockets.length;
  network.line.cut(1001);
  clock.advance(500);
  assertEquals(network.sockets.length, before + 1);
});

Deno.test("X4: a server that stops says over how many seconds to spread, and means this one attempt", () => {
  const { clock, network } = started();
  network.line.accept();
  network.line.cut(1001, "7");
  clock.advance(6_999);
  assertEquals(network.sockets.length, 1);
  clock.advance(1);
  assertEquals(network.sockets.length, 2);
  network.line.cut(1013, "no number");
  clock.advance(1_000);
  assertEquals(network.sockets.length, 3);
});

Deno.test("X4: a network that is back ends the waiting", () => {
  const { network, window } = started();
  for (let cut = 0; cut < 5; cut += 1) {
    network.line.cut();
    window.dispatchEvent(new Event("online"));
    assertEquals(network.sockets.length, cut + 2);
  }
});

Deno.test("X4: a network that goes is known at once, before any silence, and one that comes is used at once", () => {
  const { clock, network, connection, window } = started();
  network.line.accept();
  window.dispatchEvent(new Event("offline"));
  assertEquals(connection.phase, "waiting");
  assert(network.line.isClosed);
  clock.advance(60_000);
  network.line.cut();
  const before = network.sockets.length;
  window.dispatchEvent(new Event("online"));
  assertEquals(network.sockets.length, before + 1);
  network.line.accept();
  assertEquals(connection.phase, "open");
});

Deno.test("X4: who looks at the page again finds a line that was silent replaced, and one that sounded left alone", () => {
  const { clock, network, connection, window } = started();
  network.line.accept();
  clock.advance(11_000);
  window.dispatchEvent(new Event("visibilitychange"));
  assertEquals(network.sockets.length, 1);
  clock.advance(2_000);
  window.dispatchEvent(new Event("visibilitychange"));
  assertEquals([network.sockets.length, network.sockets[0]?.isClosed], [2, true]);
  network.line.accept();
  assertEquals(connection.phase, "open");
});

Deno.test("X4: a press tries at once, also where the attempt itself hangs", () => {
  const { clock, network, connection } = started();
  network.line.cut();
  connection.hurry();
  assertEquals(network.sockets.length, 2);
  connection.hurry();
  assertEquals(network.sockets.length, 2, "it is being tried");
  clock.advance(13_000);
  connection.hurry();
  assertEquals(network.sockets.length, 3);
});

Deno.test("X4: who is not allowed stops and is told why", () => {
  const { clock, network, connection } = started();
  const endings: Ending[] = [];
  connection.on("ended", (ending) => endings.push(ending));
  network.line.say({ event: "Refused", reason: "signedOut", text: "Please sign in." });
  network.line.cut(4401);
  clock.advance(60_000);
  assertEquals(network.sockets.length, 1);
  assertEquals(connection.phase, "ended");
  assertEquals(endings, [{ why: "notAllowed", code: 4401, text: "Please sign in." }]);
});

Deno.test("X4: another protocol version asks for a new page instead of trying for ever", () => {
  const { clock, network, connection } = started();
  const endings: string[] = [];
  connection.on("ended", (ending) => endings.push(ending.why));
  network.line.cut(4426);
  clock.advance(60_000);
  assertEquals(network.sockets.length, 1);
  assertEquals(endings, ["outdated"]);
});

Deno.test("X4: a stopped connection stays silent until it is started again", async () => {
  const { clock, network, connection, window } = started();
  network.line.accept();
  connection.stop();
  assert(network.line.isClosed);
  window.dispatchEvent(new Event("online"));
  clock.advance(60_000);
  assertEquals(network.sockets.length, 1);
  connection.start();
  network.line.accept();
  await settle();
  assertEquals(connection.phase, "open");
});
