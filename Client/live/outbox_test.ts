import { assert, assertEquals } from "./asserting.ts";
import { Connection } from "./connection.ts";
import { type ChosenFile, Outbox } from "./outbox.ts";
import {
  FakeLocks,
  FakeNetwork,
  FakeSocket,
  FixedClock,
  MemoryStorage,
  message,
  settle,
  subscribed,
} from "./testing.ts";
import type { Refused, StoredFile } from "./wire.ts";

const topic = "chat.5";

interface Browser {
  storage: MemoryStorage;
  locks: Pick<LockManager, "request"> | null;
}

function browser(): Browser {
  return { storage: new MemoryStorage(), locks: new FakeLocks() };
}

class Tab {
  readonly clock = new FixedClock();
  readonly network = new FakeNetwork();
  readonly connection: Connection;
  readonly outbox: Outbox;

  constructor({ storage, locks }: Browser) {
    const { clock, network } = this;
    this.connection = new Connection({
      address: "wss://parley.example/live",
      hello: () => ({ do: "hello", protocol: 1 }),
      openSocket: network.open,
      clock,
      random: () => 0,
    });
    this.outbox = new Outbox({ connection: this.connection, key: "parley.outbox", storage, locks, clock });
    this.outbox.start();
    this.connection.start();
  }

  /** Connects and subscribes the chat: from here on it sends. */
  arrive(): FakeSocket {
    this.clock.advance(0);
    this.network.line.accept();
    this.network.line.say({ ...subscribed({}) });
    return this.network.line;
  }

  leave(): void {
    this.outbox.stop();
    this.connection.stop();
  }

  texts(): string[] {
    return this.outbox.pending(topic).map((pending) => `${pending.text} ${pending.state}`);
  }
}

Deno.test("X4: a message stays in the outbox until it is acknowledged", async () => {
  const tab = new Tab(browser());
  const line = tab.arrive();
  tab.outbox.add(topic, "Hello");
  assertEquals(tab.texts(), ["Hello sending"]);
  line.acknowledge(line.last("send"), 1);
  await settle();
  assertEquals(tab.texts(), []);
});

Deno.test("X4: nothing is sent before the topic is subscribed on this line", () => {
  const tab = new Tab(browser());
  tab.outbox.add(topic, "Hello");
  tab.network.line.accept();
  assertEquals(tab.network.line.all("send"), []);
  tab.network.line.say({ ...subscribed({}) });
  assertEquals(tab.network.line.all("send").length, 1);
});

Deno.test("X4: messages go out one after the other, in the order in which they were written", async () => {
  const tab = new Tab(browser());
  const line = tab.arrive();
  for (const text of ["one", "two", "three"]) tab.outbox.add(topic, text);
  for (const n of [1, 2, 3]) {
    assertEquals(line.all("send").length, n);
    line.acknowledge(line.last("send"), n);
    await settle();
  }
  assertEquals(line.all("send").map((command) => command.text), ["one", "two", "three"]);
});

Deno.test("X4: what was on its way when the line was cut is sent again with the same client id", async () => {
  const tab = new Tab(browser());
  const first = tab.arrive();
  tab.outbox.add(topic, "Hello");
  first.cut();
  await settle();
  const second = tab.arrive();
  assertEquals(second.last("send").client, first.last("send").client);
});

Deno.test("X4: a lost acknowledgement is made good by the entry itself", async () => {
  const tab = new Tab(browser());
  const first = tab.arrive();
  tab.outbox.add(topic, "Hello");
  const client = String(first.last("send").client);
  first.cut();
  await settle();
  tab.clock.advance(0);
  tab.network.line.accept();
  tab.network.line.say({ ...subscribed({ head: 1, entries: [message(1, 0, { client })] }) });
  assertEquals(tab.texts(), []);
  assertEquals(tab.network.line.all("send"), []);
});

Deno.test("X4: a refused message holds back the later ones until a person tries again", async () => {
  const tab = new Tab(browser());
  const line = tab.arrive();
  tab.outbox.add(topic, "one");
  tab.outbox.add(topic, "two");
  line.refuse(line.last("send"), { reason: "notJoined" });
  await settle();
  assertEquals(tab.texts(), ["one refused", "two waiting"]);
  assertEquals(tab.outbox.pending(topic)[0]?.refusal?.text, "No.");
  tab.outbox.tryAgain(String(line.last("send").client));
  assertEquals(tab.texts(), ["one sending", "two waiting"]);
});

Deno.test("X4: a refused message that is discarded lets the later ones go", async () => {
  const tab = new Tab(browser());
  const line = tab.arrive();
  tab.outbox.add(topic, "one");
  tab.outbox.add(topic, "two");
  line.refuse(line.last("send"), { reason: "notJoined" });
  await settle();
  tab.outbox.discard(String(line.last("send").client));
  assertEquals(tab.texts(), ["two sending"]);
});

Deno.test("E78b: what was too fast is tried again by itself after the time that the server names", async () => {
  const tab = new Tab(browser());
  const line = tab.arrive();
  tab.outbox.add(topic, "one");
  tab.outbox.add(topic, "two");
  line.refuse(line.last("send"), { reason: "tooFast", retryAfterSeconds: 12 });
  await settle();
  assertEquals(tab.outbox.pending(topic)[0]?.refusal?.retryAfterSeconds, 12);
  line.say({ event: "Ping", heads: {} });
  tab.clock.advance(11_999);
  assertEquals(line.all("send").length, 1);
  tab.clock.advance(1);
  assertEquals(line.all("send").map((command) => command.text), ["one", "one"]);
});

Deno.test("X4: a refusal in one chat does not hold back another", async () => {
  const tab = new Tab(browser());
  const line = tab.arrive();
  line.say({ ...subscribed({ topic: "chat.6" }) });
  tab.outbox.add(topic, "one");
  line.refuse(line.last("send"), { reason: "notJoined" });
  await settle();
  tab.outbox.add("chat.6", "two");
  assertEquals(line.last("send").text, "two");
});

Deno.test("X4: a frame that was too large is not sent again by itself", async () => {
  const tab = new Tab(browser());
  tab.arrive();
  tab.outbox.add(topic, "far too long");
  tab.network.line.cut(1009);
  await settle();
  assertEquals(tab.texts(), ["far too long refused"]);
});

Deno.test("X4: what was not acknowledged survives a reload, in order, with its client ids", async () => {
  const same = browser();
  const before = new Tab(same);
  const line = before.arrive();
  before.outbox.add(topic, "one");
  before.outbox.add(topic, "two");
  const client = line.last("send").client;
  before.leave();
  const after = new Tab(same);
  await settle();
  assertEquals(after.texts(), ["one waiting", "two waiting"]);
  assertEquals(after.arrive().last("send").client, client);
});

Deno.test("X4: a second tab leaves alone what a living tab has pending, and takes it over when that one ends", async () => {
  const same = browser();
  const first = new Tab(same);
  first.outbox.add(topic, "from the first");
  const second = new Tab(same);
  second.clock.advance(1);
  second.outbox.add(topic, "from the second");
  await settle();
  assertEquals(second.texts(), ["from the second waiting"]);
  first.leave();
  await settle();
  assertEquals(second.texts(), ["from the first waiting", "from the second waiting"]);
});

Deno.test("X4: two tabs that write at once both keep their messages", async () => {
  const same = browser();
  const [first, second] = [new Tab(same), new Tab(same)];
  for (let n = 0; n < 10; n += 1) {
    first.outbox.add(topic, `first ${n}`);
    second.outbox.add(topic, `second ${n}`);
  }
  first.leave();
  second.leave();
  const after = new Tab(same);
  await settle();
  assertEquals(after.outbox.pending(topic).length, 20);
  const clients = new Set(after.outbox.pending(topic).map((pending) => pending.client));
  assertEquals(clients.size, 20);
});

Deno.test("X4: without locks a message may go out twice, under one client id", async () => {
  const same = { ...browser(), locks: null };
  const first = new Tab(same);
  const mine = first.outbox.add(topic, "Hello");
  const second = new Tab(same);
  await settle();
  assertEquals(second.outbox.pending(topic).map((pending) => pending.client), [mine?.client]);
});

Deno.test("X4: without a storage the outbox still works for the life of the page", () => {
  const tab = new Tab(browser());
  const forbidden = new Outbox({ connection: tab.connection, key: "parley", storage: null, locks: null });
  forbidden.start();
  assert(forbidden.add(topic, "Hello") !== null);
  assertEquals(forbidden.topics(), [topic]);
  forbidden.stop();
});

// Files

const facts = { name: "thesis.pdf", type: "application/pdf", bytes: 3, width: null, height: null };
const stored: StoredFile = { ...facts, file: "8f" };

function chosen(): ChosenFile {
  return { facts, content: new File(["abc"], facts.name) };
}

interface Going {
  readonly progress: (part: number) => void;
  readonly signal: AbortSignal;
  readonly end: (answer: StoredFile | Refused) => Promise<void>;
}

/** Every upload that was begun in this tab, newest last. */
function uploadsOf(tab: Tab): Going[] {
  const going: Going[] = [];
  tab.outbox.upload = (_topic, _content, progress, signal) =>
    new Promise((resolve) => {
      const end = (answer: StoredFile | Refused): Promise<void> => {
        resolve(answer);
        return settle();
      };
      going.push({ progress, signal, end });
    });
  return going;
}

Deno.test("E15: a file keeps its place: what was written after it waits, and the file goes out as a message", async () => {
  const tab = new Tab(browser());
  const uploads = uploadsOf(tab);
  const line = tab.arrive();
  tab.outbox.add(topic, facts.name, chosen());
  tab.outbox.add(topic, "after it");
  uploads[0]?.progress(0.5);
  assertEquals(tab.outbox.pending(topic)[0]?.progress, 0.5);
  assertEquals(line.all("send"), []);
  await uploads[0]?.end(stored);
  assertEquals([line.last("send").file, line.last("send").text], ["8f", undefined]);
  line.acknowledge(line.last("send"), 1);
  await settle();
  assertEquals(line.last("send").text, "after it");
});

Deno.test("E15: several files go up one after the other, in their order", async () => {
  const tab = new Tab(browser());
  const uploads = uploadsOf(tab);
  const line = tab.arrive();
  tab.outbox.add(topic, facts.name, chosen());
  tab.outbox.add(topic, facts.name, chosen());
  assertEquals(uploads.length, 1);
  await uploads[0]?.end(stored);
  line.acknowledge(line.last("send"), 1);
  await settle();
  assertEquals(uploads.length, 2);
});

Deno.test("E15: a line that is cut does not end an upload, and what was uploaded is not uploaded again", async () => {
  const tab = new Tab(browser());
  const uploads = uploadsOf(tab);
  tab.arrive().cut();
  await settle();
  const line = tab.arrive();
  tab.outbox.add(topic, facts.name, chosen());
  line.cut();
  await uploads[0]?.end(stored);
  const next = tab.arrive();
  assertEquals([uploads.length, next.last("send").file], [1, "8f"]);
});

Deno.test("E41c: an upload that is cancelled is cut off, leaves nothing, and lets the next message go", async () => {
  const tab = new Tab(browser());
  const uploads = uploadsOf(tab);
  const line = tab.arrive();
  const file = tab.outbox.add(topic, facts.name, chosen());
  tab.outbox.add(topic, "after it");
  tab.outbox.discard(file?.client ?? "");
  assertEquals(uploads[0]?.signal.aborted, true);
  await uploads[0]?.end(stored);
  assertEquals(tab.texts(), ["after it sending"]);
  assertEquals(line.all("send").length, 1);
});

Deno.test("E41b: a file that came too fast goes up again by itself, one that is refused waits for a person", async () => {
  const tab = new Tab(browser());
  const uploads = uploadsOf(tab);
  tab.arrive();
  const file = tab.outbox.add(topic, facts.name, chosen());
  await uploads[0]?.end({ event: "Refused", reason: "tooFast", text: "Slowly.", retryAfterSeconds: 12 });
  assertEquals(tab.outbox.pending(topic)[0]?.refusal?.text, "Slowly.");
  tab.clock.advance(12_000);
  await uploads[1]?.end({ event: "Refused", reason: "virusFound", text: "No." });
  assertEquals(tab.texts(), ["thesis.pdf refused"]);
  tab.outbox.tryAgain(file?.client ?? "");
  assertEquals([uploads.length, tab.texts()], [3, ["thesis.pdf sending"]]);
});

Deno.test("E15, X4: after a reload a file that was not uploaded is lost and says so; what was written after it goes out", async () => {
  const shared = browser();
  const before = new Tab(shared);
  uploadsOf(before);
  before.arrive();
  before.outbox.add(topic, facts.name, chosen());
  before.outbox.add(topic, "after it");
  before.leave();
  const tab = new Tab(shared);
  await settle();
  assertEquals(tab.texts(), ["thesis.pdf lost", "after it waiting"]);
  assertEquals(tab.arrive().last("send").text, "after it");
});

Deno.test("E15, X4: a file that was uploaded before a reload is sent after it", async () => {
  const shared = browser();
  const before = new Tab(shared);
  const uploads = uploadsOf(before);
  const line = before.arrive();
  before.outbox.add(topic, facts.name, chosen());
  await uploads[0]?.end(stored);
  line.cut();
  before.leave();
  const tab = new Tab(shared);
  await settle();
  assertEquals(tab.arrive().last("send").file, "8f");
});

Deno.test("E40: a note goes out as one, in its turn and with those whom it calls, also after a reload", async () => {
  const mine = browser();
  const before = new Tab(mine);
  // Who takes a note back might find its words where the visitor is written to.
  before.outbox.holdSeconds = 10;
  before.outbox.add(topic, "Ask @Marc", undefined, { mentions: ["4"] });
  before.leave();
  const tab = new Tab(mine);
  await settle();
  const line = tab.arrive();
  await settle();
  const { client, mentions, text } = line.last("note");
  assertEquals([mentions, text], [["4"], "Ask @Marc"]);
  assertEquals(line.all("send"), []);
  line.acknowledge({ ...line.last("note"), client }, 1);
  await settle();
  assertEquals(tab.texts(), []);
});

Deno.test("X11: a message that is held leaves when its time is over, and not before", async () => {
  const tab = new Tab(browser());
  const line = tab.arrive();
  tab.outbox.holdSeconds = 5;
  tab.outbox.add(topic, "Hello");
  assertEquals(line.all("send"), []);
  tab.clock.advance(4_999);
  assertEquals(line.all("send"), []);
  tab.clock.advance(1);
  assertEquals(line.all("send").length, 1);
  line.acknowledge(line.last("send"), 1);
  await settle();
  assertEquals(tab.texts(), []);
});

Deno.test("X11: what is held is neither lost nor doubled by a reload, and can still be taken back", async () => {
  const mine = browser();
  const before = new Tab(mine);
  before.arrive();
  before.outbox.holdSeconds = 10;
  before.outbox.add(topic, "One");
  const second = before.outbox.add(topic, "Two");
  before.leave();
  const tab = new Tab(mine);
  await settle();
  const line = tab.arrive();
  assertEquals(tab.texts(), ["One waiting", "Two waiting"]);
  assertEquals(line.all("send"), []);
  tab.outbox.discard(second?.client ?? "");
  tab.clock.advance(10_000);
  await settle();
  assertEquals(line.all("send").map((command) => command["text"]), ["One"]);
});
