import { assertEquals } from "./asserting.ts";
import { FixedClock, settle } from "./testing.ts";
import { makeUpload } from "./uploads.ts";
import type { Refused, StoredFile } from "./wire.ts";

const stored: StoredFile = {
  file: "8f".repeat(16),
  name: "Thèse.pdf",
  type: "application/pdf",
  bytes: 3,
  width: null,
  height: null,
};

/** What a browser would have sent, and how the server's end answers. */
class FakeRequest {
  static readonly all: FakeRequest[] = [];
  readonly headers: Record<string, string> = {};
  readonly upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  address = "";
  responseText = "";
  sent: unknown = null;
  isAborted = false;
  onloadend = (): void => {};

  constructor() {
    FakeRequest.all.push(this);
  }

  static get last(): FakeRequest {
    return FakeRequest.all.at(-1) ?? new FakeRequest();
  }

  open(method: string, address: string): void {
    this.address = `${method} ${address}`;
  }

  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }

  send(body: unknown): void {
    this.sent = body;
  }

  abort(): void {
    this.isAborted = true;
    this.onloadend();
  }

  answer(body: unknown): void {
    this.responseText = typeof body === "string" ? body : JSON.stringify(body);
    this.onloadend();
  }
}

const content = (): File => new File(["abc"], "Thèse.pdf");

interface Begun {
  readonly answer: Promise<StoredFile | Refused>;
  readonly parts: number[];
  readonly stopping: AbortController;
}

function sender(authorization: string | null = null): {
  clock: FixedClock;
  begin: (file?: File) => Begun;
} {
  const clock = new FixedClock();
  const openRequest = (): XMLHttpRequest => new FakeRequest() as unknown as XMLHttpRequest;
  const server = { origin: "https://parley.example", authorization, unreachable: "Nobody there." };
  const upload = makeUpload({ ...server, openRequest, clock });
  return {
    clock,
    begin(file = content()): Begun {
      const parts: number[] = [];
      const stopping = new AbortController();
      return { answer: upload("chat.5", file, (part) => parts.push(part), stopping.signal), parts, stopping };
    },
  };
}

Deno.test("E15: a file goes up as it is, under its name, with the key of the visitor", async () => {
  const file = content();
  const { answer } = sender("Visitor harbour:0").begin(file);
  const { last } = FakeRequest;
  assertEquals(last.address, "POST https://parley.example/api/v1/chats/5/files?name=Th%C3%A8se.pdf");
  assertEquals(last.headers, { "Content-Type": "application/octet-stream", Authorization: "Visitor harbour:0" });
  assertEquals(last.sent === file, true);
  last.answer(stored);
  assertEquals(await answer, stored);
});

Deno.test("E41c: how much arrived is told while it travels", () => {
  const { parts } = sender().begin();
  for (const loaded of [1, 2, 3]) FakeRequest.last.upload.onprogress?.({ loaded, total: 4 });
  assertEquals(parts, [0.25, 0.5, 0.75]);
});

Deno.test("E41b: what the server has against a file comes with its words", async () => {
  const { answer } = sender().begin();
  FakeRequest.last.answer({ reason: "fileTypeNotAllowed", text: "No such files." });
  assertEquals(await answer, { event: "Refused", reason: "fileTypeNotAllowed", text: "No such files." });
});

Deno.test("E15: who cannot be reached is tried again by itself some times, then a person decides", async () => {
  const { begin } = sender();
  const file = content();
  const waits: (number | undefined)[] = [];
  for (let tried = 0; tried < 7; tried += 1) {
    const { answer } = begin(file);
    FakeRequest.last.answer("");
    const refused = await answer as Refused;
    assertEquals(refused.text, "Nobody there.");
    waits.push(refused.retryAfterSeconds);
  }
  assertEquals(waits, [1, 3, 8, 20, 30, undefined, 1]);
});

Deno.test("E15: an upload that does not move any more is given up, one that moves is not", async () => {
  const { clock, begin } = sender();
  const { answer } = begin();
  const { last } = FakeRequest;
  clock.advance(40_000);
  last.upload.onprogress?.({ loaded: 1, total: 4 });
  clock.advance(40_000);
  assertEquals(last.isAborted, false);
  clock.advance(5_000);
  assertEquals(last.isAborted, true);
  assertEquals((await answer as Refused).reason, "unreachable");
});

Deno.test("E15: an upload that is cancelled is cut off", async () => {
  const { stopping } = sender().begin();
  stopping.abort();
  await settle();
  assertEquals(FakeRequest.last.isAborted, true);
});
