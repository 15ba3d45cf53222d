// The line of browsers that cannot have a WebSocket: the frames of one travel in requests that wait (docs/protocol.md, 8).
// Fetched only when two attempts in a row have failed; to a connection it is a socket like any other.

import { type Clock, realClock } from "./clock.ts";
import type { Socket } from "./connection.ts";
import { type Entry, isEntry, readFrame, type Refused, type Subscribed } from "./wire.ts";

/** Commands that follow each other leave in one request. */
const gatherMilliseconds = 30;
/** Between two requests, so that many small events do not make as many requests. */
const restMilliseconds = 150;
/** What is only said may be on its way for so long before something else overtakes it. */
const remarkMilliseconds = 1_000;
/** The server waits 25 s; a request that takes longer than this is dead. */
const answerLimitMilliseconds = 40_000;
const signOfLifeMilliseconds = 10_000;
/** When a WebSocket is tried again: later each time that it was in vain. */
const firstTryMilliseconds = 60_000;
const longestTryMilliseconds = 1_800_000;
/** The server refuses a request with more than 262,144 bytes. */
const commandsAtOnce = 4;

const cut = 1006;
const goingAway = 1001;
const ownPrefix = "p.";

/** Whether polls are known to be needed, and when that is doubted. */
const experience = { isNeeded: false, tryMilliseconds: firstTryMilliseconds };

/** Sockets and polls by turns until one of them is welcomed. */
export function open(address: string, attempt: number): Socket {
  if (!experience.isNeeded && attempt % 2 === 1) return new WebSocket(address);
  return new Poll(address) as unknown as Socket;
}

interface Command {
  readonly do: string;
  readonly id?: string;
  readonly topic?: string;
  readonly since?: number;
}

interface Answer {
  readonly frames?: readonly unknown[];
  readonly seen?: Readonly<Record<string, string>>;
  readonly close?: number;
}

/** Websites may not read the header. */
function retryAfter(answer: Answer): number | undefined {
  const last = answer.frames?.at(-1) as { readonly retryAfterSeconds?: number } | undefined;
  return last?.retryAfterSeconds;
}

export interface PollOptions {
  readonly clock?: Clock;
  readonly fetch?: (address: string, init: RequestInit) => Promise<Response>;
  readonly openSocket?: (address: string) => Pick<WebSocket, "close" | "addEventListener">;
}

export class Poll extends EventTarget {
  readonly #address: string;
  readonly #socketAddress: string;
  readonly #clock: Clock;
  readonly #fetch: NonNullable<PollOptions["fetch"]>;
  readonly #openSocket: NonNullable<PollOptions["openSocket"]>;
  readonly #life = new AbortController();
  /** The last number held of each log that is followed; of a state 0. */
  readonly #topics = new Map<string, number>();
  #hello: Record<string, unknown> = {};
  #commands: Command[] = [];
  #seen: Record<string, string> = {};
  #isWelcome = false;
  #isLeaving = false;
  #request: { readonly abort: AbortController; readonly since: number; readonly commands: readonly Command[] } | null =
    null;
  #cancelNext = (): void => {};

  constructor(address: string, options: PollOptions = {}) {
    super();
    this.#socketAddress = address;
    this.#address = address.replace(/^ws/, "http").replace(/live$/, "api/v1/live");
    this.#clock = options.clock ?? realClock;
    this.#fetch = options.fetch ?? ((address, init): Promise<Response> => fetch(address, init));
    this.#openSocket = options.openSocket ?? ((address): WebSocket => new WebSocket(address));
    this.#after(0, () => this.dispatchEvent(new Event("open")));
    this.#giveSignsOfLife();
    this.#doubt();
  }

  send(text: string): void {
    const command = JSON.parse(text) as Command;
    switch (command.do) {
      case "pong":
        return;
      case "hello":
        this.#hello = { ...command };
        return this.#goOn(0);
      case "subscribe":
        this.#topics.set(command.topic ?? "", command.since ?? 0);
        break;
      case "unsubscribe":
        this.#topics.delete(command.topic ?? "");
        this.#after(0, () => this.#say({ event: "Done", id: command.id }));
        return;
    }
    this.#commands.push(command);
    this.#hurry();
  }

  close(): void {
    this.#life.abort();
    this.#cancelNext();
  }

  /** A request that only waits gives way; one that carries commands is waited for, because it may have done them. */
  #hurry(): void {
    const request = this.#request;
    if (request === null) return this.#goOn(gatherMilliseconds);
    if (this.#isSaying()) return;
    const age = this.#clock.now() - request.since;
    this.#cancelNext();
    this.#cancelNext = this.#after(
      request.commands.length > 0 ? Math.max(remarkMilliseconds - age, 0) : gatherMilliseconds,
      () => {
        this.#request = null;
        request.abort.abort();
        void this.#poll();
      },
    );
  }

  #isSaying(): boolean {
    return this.#request?.commands.some((command) => command.id !== undefined) ?? false;
  }

  #goOn(milliseconds: number): void {
    this.#cancelNext();
    this.#cancelNext = this.#after(milliseconds, () => void this.#poll());
  }

  async #poll(): Promise<void> {
    const abort = new AbortController();
    const commands = this.#commands.splice(0, commandsAtOnce);
    const request = { abort, since: this.#clock.now(), commands };
    this.#request = request;
    const isCurrent = (): boolean => this.#request === request && !this.#life.signal.aborted;
    const give = this.#after(answerLimitMilliseconds, () => abort.abort());
    const stop = (): void => abort.abort();
    this.#life.signal.addEventListener("abort", stop);
    try {
      const response = await this.#fetch(this.#address, {
        method: "POST",
        // Text needs no preflight; a session goes along to our own pages' server alone.
        headers: { "Content-Type": "text/plain" },
        credentials: "same-origin",
        cache: "no-store",
        signal: abort.signal,
        body: JSON.stringify(this.#body(commands)),
      });
      const answer = await response.json() as Answer;
      if (isCurrent()) this.#take(answer, response, commands);
    } catch {
      if (isCurrent()) this.#end(cut);
    } finally {
      give();
      this.#life.signal.removeEventListener("abort", stop);
    }
  }

  #body(commands: readonly Command[]): unknown {
    const asked = new Set(
      [...commands, ...this.#commands].filter((command) => command.do === "subscribe").map((command) => command.topic),
    );
    const subscriptions = [...this.#topics].filter(([topic]) => !asked.has(topic)).map(([topic, since]) => ({
      do: "subscribe",
      id: `${ownPrefix}${topic}`,
      topic,
      since,
    }));
    // Who asks wants an answer, also where nothing changed.
    const seen = Object.fromEntries(Object.entries(this.#seen).filter(([topic]) => !asked.has(topic)));
    const body = { frames: [this.#hello, ...subscriptions, ...commands], seen };
    // Nothing is asked before the welcome, and the welcome alone is no news.
    return this.#isWelcome ? body : { ...body, wait: 0 };
  }

  #take(answer: Answer, response: Response, commands: readonly Command[]): void {
    this.#request = null;
    const wait = response.ok ? 0 : retryAfter(answer) ?? Number(response.headers.get("Retry-After") ?? 0);
    if (wait > 0 && this.#isWelcome) {
      this.#commands = [...commands, ...this.#commands];
      return this.#goOn(wait * 1000);
    }
    for (const value of answer.frames ?? []) this.#tell(value);
    if (this.#life.signal.aborted) return;
    if (!response.ok || answer.close !== undefined) return this.#end(answer.close ?? cut);
    if (this.#isLeaving) return this.#end(goingAway);
    this.#seen = { ...this.#seen, ...answer.seen };
    this.#goOn(this.#commands.length > 0 ? 0 : restMilliseconds);
  }

  #tell(value: unknown): void {
    const frame = readFrame(JSON.stringify(value));
    if (frame === null || frame.event === "Ping") return;
    if (frame.event === "Welcome") {
      if (this.#isWelcome) return;
      this.#isWelcome = true;
      experience.isNeeded = true;
      // Where the visitor is was said; each change is said as one.
      delete this.#hello["page"];
    } else if (frame.event === "Subscribed") {
      return this.#resume(frame);
    } else if (isEntry(frame)) {
      return this.#pass(frame);
    } else if (frame.event === "Refused") {
      return this.#refuse(frame);
    }
    this.#say(frame);
  }

  /** An entry that the reader does not hold yet. */
  #pass(entry: Entry): void {
    if (entry.n <= (this.#topics.get(entry.topic) ?? 0)) return;
    this.#topics.set(entry.topic, entry.n);
    this.#say(entry);
  }

  /** What a poll asked for by itself reaches the reader as it would have come over a line: one thing after the other. */
  #resume(frame: Subscribed): void {
    const { topic, marks, people } = frame;
    const isOurs = frame.id?.startsWith(ownPrefix) ?? false;
    if (!isOurs || frame.reset || frame.from !== this.#topics.get(topic)) {
      this.#topics.set(topic, frame.head);
      return this.#say(frame);
    }
    for (const entry of frame.entries) this.#pass(entry);
    this.#say({ event: "Marks", topic, marks });
    this.#say({ event: "People", topic, people });
    this.#say({ event: "DealChanged", topic, deal: frame.deal });
  }

  /** A right that was taken away is told as on a line: with the topic, and as no answer. */
  #refuse(frame: Refused): void {
    if (frame.id?.startsWith(ownPrefix) !== true) return this.#say(frame);
    const { id, ...rest } = frame;
    const topic = id.slice(ownPrefix.length);
    this.#topics.delete(topic);
    this.#say({ ...rest, topic });
  }

  #say(frame: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }

  #end(code: number): void {
    this.close();
    this.dispatchEvent(new CloseEvent("close", { code }));
  }

  /** A connection wants to hear something every 25 s, and a request that waits says nothing. */
  #giveSignsOfLife(): void {
    this.#after(signOfLifeMilliseconds, () => {
      this.#say({ event: "Ping", heads: {} });
      this.#giveSignsOfLife();
    });
  }

  /** Perhaps there is a way for a WebSocket by now. */
  #doubt(): void {
    this.#after(experience.tryMilliseconds, () => {
      const socket = this.#openSocket(this.#socketAddress);
      const { signal } = this.#life;
      signal.addEventListener("abort", () => socket.close());
      socket.addEventListener("close", () => this.#doubt(), { signal });
      socket.addEventListener("open", () => {
        experience.isNeeded = false;
        socket.close();
        this.#isLeaving = true;
        // The answer of what is on its way is waited for.
        if (!this.#isSaying()) this.#end(goingAway);
      }, { signal });
      experience.tryMilliseconds = Math.min(experience.tryMilliseconds * 2, longestTryMilliseconds);
    });
  }

  #after(milliseconds: number, action: () => void): () => void {
    const cancel = this.#clock.after(milliseconds, action);
    this.#life.signal.addEventListener("abort", cancel, { once: true });
    return cancel;
  }
}
