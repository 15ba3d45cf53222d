// The outside world of the live modules, as tests need it: a clock, a line, a storage and locks that obey at once.

import type { Clock } from "./clock.ts";
import type { Socket } from "./connection.ts";
import type { Entry, EntryKind, Marks, People, Subscribed } from "./wire.ts";

export class FixedClock implements Clock {
  #now = 1_795_219_200_000;
  #timers: { at: number; action: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, action: () => void): () => void {
    const timer = { at: this.#now + milliseconds, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets time pass and runs what falls due, in order. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#now = Math.max(this.#now, due.at);
      due.action();
    }
    this.#now = end;
  }
}

type Said = Record<string, unknown>;

/** The server's end of one line. */
export class FakeSocket extends EventTarget {
  readonly said: Said[] = [];
  isClosed = false;

  send(text: string): void {
    this.said.push(JSON.parse(text) as Said);
  }

  close(): void {
    this.isClosed = true;
  }

  accept(): void {
    this.dispatchEvent(new Event("open"));
    this.say({ event: "Welcome", protocol: 1, you: { kind: "visitor", id: "71" }, topic: "chat.5" });
  }

  say(frame: Record<string, unknown>): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }

  cut(code = 1006, reason = ""): void {
    this.dispatchEvent(new CloseEvent("close", { code, reason }));
  }

  /** What was said with this verb, oldest first. */
  all(verb: string): Said[] {
    return this.said.filter((command) => command.do === verb);
  }

  last(verb: string): Said {
    const command = this.all(verb).at(-1);
    if (command === undefined) throw new Error(`nothing was said with ${verb}`);
    return command;
  }

  acknowledge(command: Said, n: number): void {
    this.say({ event: "Acknowledged", id: command.id, topic: command.topic, client: command.client, n, at: 0 });
  }

  refuse(command: Said, refusal: Record<string, unknown>): void {
    this.say({ event: "Refused", id: command.id, text: "No.", ...refusal });
  }
}

/** Every line that was opened, newest last. */
export class FakeNetwork {
  readonly sockets: FakeSocket[] = [];

  readonly open = (): Socket => {
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return socket as unknown as Socket;
  };

  get line(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("no line was opened");
    return socket;
  }
}

export class MemoryStorage implements Storage {
  readonly #values = new Map<string, string>();

  get length(): number {
    return this.#values.size;
  }

  key(index: number): string | null {
    return [...this.#values.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#values.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#values.set(key, value);
  }

  removeItem(key: string): void {
    this.#values.delete(key);
  }

  clear(): void {
    this.#values.clear();
  }
}

type Granted = () => unknown;

/** Exclusive locks by name, granted in turn, as the browser's. */
export class FakeLocks {
  readonly #tails = new Map<string, Promise<unknown>>();

  readonly request = ((name: string, options: { signal: AbortSignal }, granted: Granted): Promise<unknown> => {
    const before = this.#tails.get(name) ?? Promise.resolve();
    const turn = before.then(() => options.signal.aborted ? undefined : granted());
    this.#tails.set(name, turn);
    return turn;
  }) as LockManager["request"];
}

/** Lets promises that are settled run what waits for them. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

export const noMarks: Marks = { visitor: { delivered: 0, seen: 0 }, team: { delivered: 0, seen: 0 } };
export const ada: People = { visitor: { name: "Ada Moreau", online: true }, agents: [] };

export function subscribed(frame: Partial<Subscribed>): Subscribed {
  const usual = {
    topic: "chat.5",
    from: 0,
    head: 0,
    reset: false,
    entries: [],
    chat: null,
    marks: noMarks,
    people: ada,
  };
  return { event: "Subscribed", ...usual, ...frame };
}

export function entry(n: number, after: number, kind: EntryKind, more: Partial<Entry> = {}): Entry {
  return { topic: "chat.5", n, after, at: 1_000 * n, chat: "9", by: { kind: "visitor" }, ...kind, ...more } as Entry;
}

export function message(n: number, after: number, more: Partial<Entry> = {}): Entry {
  return entry(n, after, { event: "MessageSent", body: { kind: "text", text: `Line ${n}.` } }, more);
}
