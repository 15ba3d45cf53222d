import { assert, assertEquals } from "./asserting.ts";
import { open, Poll } from "./polling.ts";
import { FixedClock, settle } from "./testing.ts";

interface Request {
  readonly address: string;
  readonly init: RequestInit;
  // deno-lint-ignore no-explicit-any
  readonly body: any;
  readonly answer: (answer: unknown, status?: number, headers?: Record<string, string>) => Promise<void>;
  readonly fail: () => Promise<void>;
}

class Server {
  readonly clock = new FixedClock();
  readonly requests: Request[] = [];
  readonly heard: Record<string, unknown>[] = [];
  readonly codes: number[] = [];
  readonly sockets: EventTarget[] = [];
  readonly poll: Poll;

  constructor() {
    this.poll = new Poll("wss://parley.example/live", {
      clock: this.clock,
      fetch: (address, init) => this.#take(address, init),
      openSocket: () => {
        const socket = Object.assign(new EventTarget(), { close: (): void => {} });
        this.sockets.push(socket);
        return socket as unknown as WebSocket;
      },
    });
    this.poll.addEventListener("open", () => this.say({ do: "hello", protocol: 1, page: { url: "/", title: "" } }));
    this.poll.addEventListener("message", (event) => {
      this.heard.push(JSON.parse((event as MessageEvent<string>).data) as Record<string, unknown>);
    });
    this.poll.addEventListener("close", (event) => this.codes.push((event as CloseEvent).code));
    this.clock.advance(0);
    this.clock.advance(0);
  }

  say(command: Record<string, unknown>): void {
    this.poll.send(JSON.stringify(command));
  }

  get last(): Request {
    const request = this.requests.at(-1);
    if (request === undefined) throw new Error("nothing was asked");
    return request;
  }

  get events(): unknown[] {
    return this.heard.map((frame) => frame.event);
  }

  /** Welcomed, and following a log of which seven lines are held. */
  async begin(): Promise<void> {
    await this.last.answer({ frames: [welcome], seen: { "site.2": "a" } });
    this.say({ do: "subscribe", id: "c1", topic: "chat.5", since: 7 });
    this.clock.advance(1_000);
    await this.last.answer({ frames: [welcome, subscribed("c1", 7, [])], seen: { "chat.5": "b" } });
    this.clock.advance(1_000);
    this.heard.length = 0;
  }

  #take(address: string, init: RequestInit): Promise<Response> {
    return new Promise((resolve, reject) => {
      init.signal?.addEventListener("abort", () => reject(new DOMException("cut off", "AbortError")));
      this.requests.push({
        address,
        init,
        body: JSON.parse(String(init.body)),
        answer: async (answer, status = 200, headers = {}): Promise<void> => {
          resolve(new Response(JSON.stringify(answer), { status, headers }));
          await settle();
          await settle();
        },
        fail: async (): Promise<void> => {
          reject(new TypeError("no network"));
          await settle();
        },
      });
    });
  }
}

const welcome = { event: "Welcome", protocol: 1, you: { kind: "visitor", id: "71" }, topic: "chat.5" };

function subscribed(id: string, from: number, entries: unknown[], reset = false): Record<string, unknown> {
  const head = from + entries.length;
  return { event: "Subscribed", id, topic: "chat.5", from, head, reset, entries, chat: null, marks: {}, people: {} };
}

function entry(n: number): Record<string, unknown> {
  return { event: "MessageSent", topic: "chat.5", n, after: n - 1, body: { kind: "text", text: `${n}` } };
}

Deno.test("E20: a poll says hello, and the connection hears of one welcome, however often it is polled", async () => {
  const server = new Server();
  assertEquals(server.last.address, "https://parley.example/api/v1/live");
  assertEquals(server.last.init.credentials, "same-origin");
  assertEquals(server.last.body.frames, [{ do: "hello", protocol: 1, page: { url: "/", title: "" } }]);
  assertEquals(server.last.body.wait, 0);
  await server.last.answer({ frames: [welcome], seen: {} });
  server.clock.advance(1_000);
  // Where the visitor is was said.
  assertEquals(server.last.body.frames, [{ do: "hello", protocol: 1 }]);
  assertEquals(server.last.body.wait, undefined);
  await server.last.answer({ frames: [welcome], seen: {} });
  assertEquals(server.events, ["Welcome"]);
  server.poll.close();
});

Deno.test("E20: the next poll goes on from the last number and the tags that were given", async () => {
  const server = new Server();
  await server.begin();
  assertEquals(server.last.body.frames.slice(1), [{ do: "subscribe", id: "p.chat.5", topic: "chat.5", since: 7 }]);
  assertEquals(server.last.body.seen, { "site.2": "a", "chat.5": "b" });
  await server.last.answer({ frames: [welcome, entry(8), entry(9)], seen: {} });
  server.clock.advance(1_000);
  assertEquals(server.last.body.frames[1].since, 9);
  // What came between two polls reaches the reader line by line, as over a socket, and nothing twice.
  await server.last.answer({
    frames: [welcome, subscribed("p.chat.5", 9, [entry(10)]), entry(10), entry(11)],
    seen: {},
  });
  assertEquals(server.heard.map((frame) => frame.n ?? frame.event), [8, 9, 10, "Marks", "People", "DealChanged", 11]);
  server.poll.close();
});

Deno.test("E20: who subscribes anew is answered whole, and a reset is passed on as it is", async () => {
  const server = new Server();
  await server.begin();
  server.say({ do: "subscribe", id: "c2", topic: "chat.5", since: 7 });
  server.clock.advance(1_000);
  assertEquals(server.last.body.seen, { "site.2": "a" });
  assertEquals(server.last.body.frames[1].id, "c2");
  await server.last.answer({ frames: [subscribed("c2", 0, [entry(1)], true)], seen: {} });
  assertEquals(server.heard, [subscribed("c2", 0, [entry(1)], true)]);
  server.clock.advance(1_000);
  assertEquals(server.last.body.frames[1].since, 1);
  server.say({ do: "unsubscribe", id: "c3", topic: "chat.5" });
  server.clock.advance(0);
  assertEquals(server.heard.at(-1), { event: "Done", id: "c3" });
  server.poll.close();
});

Deno.test("E20: what is asked for waits for its turn and is answered, though a poll before it saw it already", async () => {
  const server = new Server();
  await server.begin();
  for (const site of [1, 2, 3, 4, 5]) server.say({ do: "subscribe", id: `s${site}`, topic: `site.${site}` });
  server.clock.advance(100);
  const topics = (): string[] => server.last.body.frames.slice(1).map((frame: { topic: string }) => frame.topic);
  assertEquals(topics(), ["chat.5", "site.1", "site.2", "site.3", "site.4"]);
  assertEquals(server.last.body.seen, { "chat.5": "b" });
  server.say({ do: "subscribe", id: "s6", topic: "site.1" });
  await server.last.answer({ frames: [welcome], seen: { "site.1": "c", "site.5": "d" } });
  server.clock.advance(0);
  assertEquals(server.last.body.frames.slice(-2).map((frame: { id: string }) => frame.id), ["s5", "s6"]);
  assertEquals(server.last.body.seen, { "site.2": "a", "chat.5": "b" });
  server.poll.close();
});

Deno.test("E20: a command cuts off a request that only waits, and waits for one that carries commands", async () => {
  const server = new Server();
  await server.begin();
  const waiting = server.last;
  server.say({ do: "send", id: "c2", topic: "chat.5", client: "a", text: "1" });
  server.say({ do: "send", id: "c3", topic: "chat.5", client: "b", text: "2" });
  server.clock.advance(100);
  assert(waiting.init.signal?.aborted);
  assertEquals(server.last.body.frames.slice(2).map((frame: { id: string }) => frame.id), ["c2", "c3"]);
  const carrying = server.last;
  server.say({ do: "send", id: "c4", topic: "chat.5", client: "c", text: "3" });
  server.clock.advance(5_000);
  assert(!carrying.init.signal?.aborted);
  await carrying.answer({
    frames: [{ event: "Acknowledged", id: "c2" }, { event: "Acknowledged", id: "c3" }],
    seen: {},
  });
  server.clock.advance(0);
  assertEquals(server.last.body.frames.at(-1).id, "c4");
  assertEquals(server.events.filter((event) => event === "Acknowledged").length, 2);
  assertEquals(server.codes, []);
  server.poll.close();
});

Deno.test("E20: a request that fails is a line that was cut, and one that is refused ends with its code and its words", async () => {
  const cut = new Server();
  await cut.begin();
  await cut.last.fail();
  assertEquals(cut.codes, [1006]);
  const refused = new Server();
  await refused.last.answer(
    { frames: [{ event: "Refused", reason: "originNotAllowed", text: "No." }], close: 4403 },
    403,
  );
  assertEquals([refused.heard.at(-1)?.text, refused.codes], ["No.", [4403]]);
});

Deno.test("E20: a right that was taken away is told as on a line", async () => {
  const server = new Server();
  await server.begin();
  await server.last.answer({
    frames: [{ event: "Refused", id: "p.chat.5", reason: "notFound", text: "No." }],
    seen: {},
  });
  assertEquals(server.heard, [{ event: "Refused", reason: "notFound", text: "No.", topic: "chat.5" }]);
  server.clock.advance(1_000);
  assertEquals(server.last.body.frames.length, 1);
  server.poll.close();
});

Deno.test("E20: too many polls wait as they are told, and what they carried is said again", async () => {
  const server = new Server();
  await server.begin();
  server.say({ do: "send", id: "c2", topic: "chat.5", client: "a", text: "1" });
  server.clock.advance(100);
  const count = server.requests.length;
  await server.last.answer({ frames: [], close: 1013 }, 429, { "Retry-After": "5" });
  server.clock.advance(4_000);
  assertEquals(server.requests.length, count);
  server.clock.advance(1_500);
  assertEquals(server.last.body.frames.at(-1).id, "c2");
  server.poll.close();
});

Deno.test("E20: while polls wait, the connection hears that the line lives", async () => {
  const server = new Server();
  await server.begin();
  server.clock.advance(20_500);
  assertEquals(server.events, ["Ping", "Ping"]);
  server.poll.close();
});

Deno.test("E20: a WebSocket is tried again after a while, later each time, and polling ends when one opens", async () => {
  const server = new Server();
  await server.begin();
  while (server.sockets.length === 0) {
    server.clock.advance(30_000);
    if (!server.last.init.signal?.aborted) await server.last.answer({ frames: [welcome], seen: {} });
  }
  server.sockets[0]?.dispatchEvent(new CloseEvent("close", { code: 1006 }));
  server.clock.advance(60_000);
  assertEquals(server.sockets.length, 1);
  server.clock.advance(3_600_000);
  server.sockets[1]?.dispatchEvent(new Event("open"));
  assertEquals(server.codes.length, 1);
});

Deno.test("E20: until polls were welcomed, sockets and polls are tried by turns", () => {
  const first = open("ws://localhost:9/live", 2);
  assert(first instanceof Poll);
  first.close();
});
