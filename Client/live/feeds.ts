// A topic kept current over a connection: subscribes at each welcome, resumes by number, asks again where something is missing.

import { type Clock, realClock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { Emitter } from "./emitter.ts";
import { Log } from "./log.ts";
import { type Entry, isEntry, type Refused, type ServerFrame } from "./wire.ts";

export interface LogFeedEvents {
  /** Something that is shown changed: entries, chat, people, marks or typing. */
  changed: Log;
  /** The log is whole up to its head, on this line: what may only be done in a subscribed topic may be done. */
  resumed: Log;
  /** Entries that came live, not as history: for tones and badges. */
  arrived: Entry;
  refused: Refused;
}

export interface LogFeedOptions {
  readonly connection: Connection;
  readonly topic: string;
  /** Whether this reader leaves marks: the visitor, and agents who joined. */
  readonly marks: () => boolean;
  readonly clock?: Clock;
}

export class LogFeed extends Emitter<LogFeedEvents> {
  readonly log: Log;
  readonly #options: LogFeedOptions;
  readonly #clock: Clock;
  #isAsking = false;
  #isRefused = false;
  #seen = 0;
  #said = { delivered: 0, seen: 0 };
  #cancelTyping = (): void => {};
  #running: AbortController | null = null;

  constructor(options: LogFeedOptions) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.log = new Log(options.topic);
  }

  start(): void {
    if (this.#running !== null) return;
    this.#running = new AbortController();
    const { signal } = this.#running;
    const { connection, topic } = this.#options;
    connection.on("frame", (frame) => this.#take(frame), signal);
    connection.on("welcome", () => this.#subscribe(), signal);
    connection.on("heads", (heads) => this.log.isBehind(heads[topic] ?? 0) && this.#subscribe(), signal);
    if (connection.phase === "open") this.#subscribe();
  }

  /** What was refused may be allowed by now: who was taken off a website and is back opens its chats again. */
  again(): void {
    if (this.#isRefused) this.#subscribe();
  }

  stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#cancelTyping();
    const { connection, topic } = this.#options;
    if (connection.phase === "open") connection.ask({ do: "unsubscribe", topic }).catch(() => {});
  }

  /** Everything up to this number was shown in a visible, focused page. */
  markSeen(n: number): void {
    this.#seen = Math.max(this.#seen, Math.min(n, this.log.head));
    this.#sayMarks();
  }

  #subscribe(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const { connection, topic } = this.#options;
    connection.ask({ do: "subscribe", topic, since: this.log.head }).then(
      (answer) => {
        this.#isRefused = answer.event === "Refused";
        if (answer.event === "Refused") this.emit("refused", answer);
      },
      () => {},
    ).finally(() => this.#isAsking = false);
  }

  #take(frame: ServerFrame): void {
    if (!("topic" in frame) || frame.topic !== this.log.topic) return;
    const taken = this.log.take(frame, this.#clock.now());
    if (frame.event === "Subscribed") {
      // The answer is here, so that a gap inside it can be asked for at once.
      this.#isAsking = false;
      this.#said = { delivered: 0, seen: 0 };
    }
    if (taken === "gap") return this.#subscribe();
    if (taken === "unchanged") return;
    this.#sayMarks();
    this.#expectTypingEnd();
    this.emit("changed", this.log);
    if (frame.event === "Subscribed") this.emit("resumed", this.log);
    if (isEntry(frame)) this.emit("arrived", frame);
  }

  /** Marks are said whole, again after each resume, and only when they rose. */
  #sayMarks(): void {
    const { connection, topic, marks } = this.#options;
    if (!marks() || !this.log.loaded) return;
    const { delivered, seen } = { delivered: this.log.head, seen: this.#seen };
    if (delivered <= this.#said.delivered && seen <= this.#said.seen) return;
    this.#said = { delivered, seen };
    connection.tell({ do: "mark", topic, delivered, seen });
  }

  #expectTypingEnd(): void {
    this.#cancelTyping();
    const now = this.#clock.now();
    const end = this.log.nextTypingEnd(now);
    if (end === null) return;
    this.#cancelTyping = this.#clock.after(end - now + 1, () => {
      this.#expectTypingEnd();
      this.emit("changed", this.log);
    });
  }
}

export interface StateFeedOptions {
  readonly connection: Connection;
  readonly topic: string;
  /** Takes a frame of the topic; true when the state can no longer be trusted and a new snapshot is needed. */
  readonly take: (frame: ServerFrame) => boolean;
}

export class StateFeed extends Emitter<{ refused: Refused }> {
  readonly #options: StateFeedOptions;
  #running: AbortController | null = null;

  constructor(options: StateFeedOptions) {
    super();
    this.#options = options;
  }

  start(): void {
    if (this.#running !== null) return;
    this.#running = new AbortController();
    const { signal } = this.#running;
    const { connection, topic, take } = this.#options;
    connection.on("frame", (frame) => {
      if ("topic" in frame && frame.topic === topic && take(frame)) this.#subscribe();
    }, signal);
    connection.on("welcome", () => this.#subscribe(), signal);
    if (connection.phase === "open") this.#subscribe();
  }

  stop(): void {
    this.#running?.abort();
    this.#running = null;
    const { connection, topic } = this.#options;
    if (connection.phase === "open") connection.ask({ do: "unsubscribe", topic }).catch(() => {});
  }

  #subscribe(): void {
    const { connection, topic } = this.#options;
    connection.ask({ do: "subscribe", topic }).then((answer) => {
      if (answer.event === "Refused") this.emit("refused", answer);
    }, () => {});
  }
}
