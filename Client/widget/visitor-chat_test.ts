import { assert, assertEquals } from "../live/asserting.ts";
import { FakeLocks, FakeNetwork, FixedClock, MemoryStorage, message, settle, subscribed } from "../live/testing.ts";
import type { Chat, Lead, Subscribed } from "../live/wire.ts";
import { VisitorChat } from "./visitor-chat.ts";

const ada: Lead = { name: "Ada Moreau", email: "ada@example.com", phone: "", service: "Thesis" };
const waiting: Chat = { id: "9", state: "waiting", form: "needed", offline: false };

class Visitor {
  readonly clock = new FixedClock();
  readonly network = new FakeNetwork();
  readonly chat: VisitorChat;

  constructor() {
    this.chat = new VisitorChat({
      origin: "https://parley.example",
      site: "harbour",
      key: "0".repeat(32),
      language: "en",
      page: () => ({ url: "https://harbour.example/", title: "Home" }),
      storage: new MemoryStorage(),
      box: "outbox",
      locks: new FakeLocks(),
      openSocket: this.network.open,
      clock: this.clock,
    });
    this.chat.start();
  }

  arrive(
    { online = true, formSent = false, ...more }: Partial<Subscribed> & { online?: boolean; formSent?: boolean } = {},
  ): void {
    const { line } = this.network;
    line.dispatchEvent(new Event("open"));
    const you = { kind: "visitor", id: "71", name: null, formSent };
    line.say({ event: "Welcome", protocol: 1, you, topic: "chat.5", site: { online } });
    line.say({ ...subscribed({ ...more }), id: line.last("subscribe").id });
  }

  async reconnect(more: Parameters<Visitor["arrive"]>[0] = {}): Promise<void> {
    this.network.line.cut();
    await settle();
    this.clock.advance(500);
    this.arrive(more);
    await settle();
  }
}

Deno.test("E6: a visitor says hello with site, key, page and language", () => {
  const visitor = new Visitor();
  visitor.network.line.dispatchEvent(new Event("open"));
  assertEquals(visitor.network.line.said, [{
    do: "hello",
    protocol: 1,
    site: "harbour",
    key: "0".repeat(32),
    page: { url: "https://harbour.example/", title: "Home" },
    language: "en",
  }]);
});

Deno.test("E12: who comes for the first time gets the form, and the chat is opened once it is known that there is none", () => {
  const visitor = new Visitor();
  visitor.chat.wish();
  visitor.arrive();
  assertEquals(visitor.chat.mode, "form");
  assertEquals(visitor.network.line.all("open").length, 1);
});

Deno.test("E9: a chat that runs already is not opened again", () => {
  const visitor = new Visitor();
  visitor.chat.wish();
  visitor.arrive({ chat: waiting });
  assertEquals(visitor.network.line.all("open"), []);
});

Deno.test("E91c: who sent the form before reads on and writes at once, and opening the panel creates nothing", () => {
  const visitor = new Visitor();
  visitor.chat.wish();
  visitor.arrive({ formSent: true, head: 1, reset: true, entries: [message(1, 0)] });
  assertEquals(visitor.chat.mode, "write");
  assertEquals(visitor.network.line.all("open"), []);
});

Deno.test("E17a: with nobody online the offline form is shown and no chat is opened", () => {
  const visitor = new Visitor();
  visitor.chat.wish();
  visitor.arrive({ online: false });
  assertEquals(visitor.chat.mode, "offlineForm");
  assertEquals(visitor.network.line.all("open"), []);
});

Deno.test("P3: outside of the hours the offline form is shown, with when they begin, until they do", () => {
  const visitor = new Visitor();
  visitor.arrive({ online: false });
  const { line } = visitor.network;
  line.say({ event: "Snapshot", topic: "site.2", online: false, agents: [], opens: 1_795_248_000_000 });
  assertEquals([visitor.chat.mode, visitor.chat.opens], ["offlineForm", 1_795_248_000_000]);
  line.say({ event: "Snapshot", topic: "site.2", online: true, agents: [] });
  assertEquals([visitor.chat.mode, visitor.chat.opens], ["form", undefined]);
});

Deno.test("E12: a form that is refused says which fields, one that is taken lets the visitor write", async () => {
  const visitor = new Visitor();
  visitor.arrive({ chat: waiting });
  const { line } = visitor.network;
  const first = visitor.chat.sendForm({ ...ada, email: "ada" });
  await settle();
  line.refuse(line.last("form"), { reason: "formInvalid", fields: { email: "Please give an address." } });
  assertEquals((await first)?.fields, { email: "Please give an address." });
  assertEquals(visitor.chat.mode, "form");
  const second = visitor.chat.sendForm(ada);
  await settle();
  line.say({ event: "Done", id: line.last("form").id });
  line.say({
    event: "FormSent",
    topic: "chat.5",
    n: 1,
    after: 0,
    at: 0,
    chat: "9",
    by: { kind: "visitor" },
    body: ada,
  });
  assertEquals(await second, null);
  assertEquals(visitor.chat.mode, "write");
});

Deno.test("X4: a form whose answer was cut off is not sent twice when it had arrived", async () => {
  const visitor = new Visitor();
  visitor.arrive({ chat: waiting });
  const sent = visitor.chat.sendForm(ada);
  await settle();
  await visitor.reconnect({ chat: { ...waiting, form: "sent" } });
  assertEquals(await sent, null);
  assertEquals(visitor.network.line.all("form"), []);
});

Deno.test("E17b: an offline message whose answer was cut off goes out again with the same client id", async () => {
  const visitor = new Visitor();
  visitor.arrive({ online: false });
  const left = visitor.chat.leaveMessage(ada, "Please call me.", "3f0c3f0c");
  await settle();
  await visitor.reconnect({ online: false });
  const { line } = visitor.network;
  assertEquals(line.last("offline").client, "3f0c3f0c");
  line.acknowledge(line.last("offline"), 3);
  assertEquals(await left, null);
});

Deno.test("E17b: when the team leaves while the form is open, form and message go out one after the other", async () => {
  const visitor = new Visitor();
  visitor.arrive({ chat: waiting });
  const { line } = visitor.network;
  line.say({ event: "Snapshot", topic: "site.2", online: false, agents: [] });
  assertEquals(visitor.chat.mode, "offlineForm");
  const left = visitor.chat.leaveMessage(ada, "Please call me.", "3f0c3f0c");
  await settle();
  line.say({ event: "Done", id: line.last("form").id });
  assertEquals(await left, null);
  assertEquals(line.last("send").text, "Please call me.");
});

Deno.test("E15: typing is said again only after 3 s, and its end only once", () => {
  const visitor = new Visitor();
  visitor.arrive({ formSent: true });
  visitor.chat.typing(true);
  visitor.clock.advance(2_999);
  visitor.chat.typing(true);
  visitor.clock.advance(1);
  visitor.chat.typing(true);
  visitor.chat.typing(false);
  visitor.chat.typing(false);
  assertEquals(visitor.network.line.all("typing").map((command) => command.on), [true, true, false]);
});

Deno.test("P5: where the team sees what is typed, it is said every second, and the last of it too", () => {
  const visitor = new Visitor();
  visitor.arrive({ formSent: true });
  for (const text of ["H", "He", "Hel"]) visitor.chat.typing(true, text);
  visitor.clock.advance(1_000);
  assertEquals(visitor.network.line.all("typing").map((command) => command.text), ["H", "Hel"]);
  visitor.chat.typing(true, "Hell");
  visitor.chat.send("Hello");
  visitor.clock.advance(5_000);
  assertEquals(visitor.network.line.all("typing").map((command) => command.text), ["H", "Hel", undefined]);
});

Deno.test("P5, X4: of a page that somebody pastes its end is said, in whole signs, which the line can carry", () => {
  const visitor = new Visitor();
  visitor.arrive({ formSent: true });
  visitor.chat.typing(true, "🙂".repeat(50_000) + "?");
  const [text] = visitor.network.line.all("typing").map((command) => command.text);
  assertEquals(text, "🙂".repeat(249) + "?");
});

Deno.test("E15: a message that is sent ends the typing", () => {
  const visitor = new Visitor();
  visitor.arrive({ formSent: true });
  visitor.chat.typing(true);
  visitor.chat.send("Good morning");
  assertEquals(visitor.network.line.all("typing").map((command) => command.on), [true, false]);
});

Deno.test("E31: unread are agents' messages that were not shown", () => {
  const visitor = new Visitor();
  const clara = { by: { kind: "agent", id: "3", name: "Clara" } } as const;
  visitor.arrive({ formSent: true, head: 2, reset: true, entries: [message(1, 0), message(2, 1, clara)] });
  assertEquals(visitor.chat.unread, 1);
  visitor.chat.markSeen();
  assertEquals(visitor.chat.unread, 0);
  assertEquals(visitor.network.line.last("mark").seen, 2);
  visitor.network.line.say({ ...message(3, 2, clara) });
  assertEquals(visitor.chat.unread, 1);
});

Deno.test("E33: a page change of the website is told", () => {
  const visitor = new Visitor();
  visitor.arrive();
  visitor.chat.moved({ url: "https://harbour.example/prices", title: "Prices" });
  assert(visitor.network.line.last("page").url === "https://harbour.example/prices");
});

Deno.test("P2: the place in the queue is said while one waits", () => {
  const people = {
    visitor: { name: "Ada", online: true },
    agents: [],
    queue: { position: 2, latelySeconds: 90, overdue: false },
  };
  const chat: Chat = { ...waiting, form: "sent" };
  const visitor = new Visitor();
  visitor.arrive({ formSent: true, chat, people });
  assertEquals(visitor.chat.queue, { position: 2, latelySeconds: 90, overdue: false });
  const talking = new Visitor();
  talking.arrive({ formSent: true, chat: { ...chat, state: "active" }, people });
  assertEquals(talking.chat.queue, null);
});

Deno.test("X5: what is left with the team waits as an offline message does", () => {
  const visitor = new Visitor();
  visitor.arrive({ formSent: true, chat: { ...waiting, form: "sent" } });
  visitor.chat.entrust();
  assertEquals(visitor.network.line.last("entrust")["topic"], "chat.5");
  const by = { kind: "visitor" } as const;
  visitor.network.line.say({ event: "ChatEntrusted", topic: "chat.5", n: 1, after: 0, at: 0, chat: "9", by });
  assertEquals(visitor.chat.log?.chat?.offline, true);
});
