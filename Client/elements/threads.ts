// The threads of a console: which of them are kept current, and what is on its way in each.

import type { Clock } from "../live/clock.ts";
import type { Connection } from "../live/connection.ts";
import { Emitter } from "../live/emitter.ts";
import { LogFeed } from "../live/feeds.ts";
import { type ChosenFile, Outbox, type Pending, type Upload } from "../live/outbox.ts";
import type { Calls, Refused } from "../live/wire.ts";

export interface ThreadsOptions {
  readonly connection: Connection;
  readonly account: string;
  readonly storage: Storage | null;
  readonly locks: Pick<LockManager, "request"> | null;
  readonly clock: Clock;
  readonly upload: Upload | null;
}

/** Threads that stay current after one looked away, so that going back is instant. Those one has joined are not counted. */
const keptThreads = 12;

export interface ThreadsEvents {
  /** The conversation. */
  changed: string;
  /** Something waits there that will not be sent, because its writer may not open it any more. */
  barred: string;
}

export class Threads extends Emitter<ThreadsEvents> {
  readonly #options: ThreadsOptions;
  readonly #outbox: Outbox;
  readonly #feeds = new Map<string, LogFeed>();
  #joined: readonly string[] = [];
  /** The newest last. */
  #visited: readonly string[] = [];
  /** Subscribed on the line as it is. */
  readonly #entered = new Set<string>();
  /** What the server said where it let nobody in, by conversation. */
  readonly #barred = new Map<string, Refused>();
  /** By client id, as they were last seen in the outbox. */
  readonly #underWay = new Map<string, Pending>();
  /** Acknowledged, but the entry itself is not here yet. */
  readonly #landed = new Map<string, Pending>();

  constructor(options: ThreadsOptions) {
    super();
    this.#options = options;
    const { connection, account, storage, locks, clock } = options;
    connection.on("phase", (phase) => phase === "open" || this.#entered.clear());
    this.#outbox = new Outbox({ connection, key: `parley.outbox.${account}`, storage, locks, clock });
    this.#outbox.upload = options.upload;
    this.#outbox.on("changed", (topic) => this.#outboxChanged(topic));
    this.#outbox.on("acknowledged", (answer) => this.#land(answer.client));
  }

  start(): void {
    this.#outbox.start();
    this.#keep();
  }

  /** Other tabs take over what is on its way. */
  stop(): void {
    this.#outbox.stop();
  }

  /** The chats this account is in: they stay current, so that what comes is marked as delivered. */
  set joined(conversations: readonly string[]) {
    this.#joined = conversations;
    this.#keep();
  }

  /** The thread of a conversation, kept current from now on. */
  open(conversation: string): LogFeed {
    const others = this.#visited.filter((other) => other !== conversation);
    this.#visited = [...others, conversation].slice(-keptThreads);
    this.#keep();
    const feed = this.#feed(conversation);
    feed.again();
    return feed;
  }

  /**
   * Resolves when the server has answered our subscription: before, it does not know what we may do there, and a click on a row joins
   * at once. Rejects when the line is cut.
   */
  entered(conversation: string): Promise<void> {
    const { connection } = this.#options;
    const feed = this.open(conversation);
    if (this.#entered.has(conversation)) return Promise.resolve();
    if (connection.phase !== "open") return Promise.reject(new Error("the line is cut"));
    return new Promise((resolve, reject) => {
      const waiting = new AbortController();
      const end = (then: () => void): void => {
        waiting.abort();
        then();
      };
      feed.on("resumed", () => end(resolve), waiting.signal);
      // The command is then refused too, with words for it.
      feed.on("refused", () => end(resolve), waiting.signal);
      connection.on("phase", () => end(() => reject(new Error("the line was cut"))), waiting.signal);
    });
  }

  get(conversation: string): LogFeed | null {
    return this.#feeds.get(conversation) ?? null;
  }

  /** What was sent and is not in the log yet, in the order of writing. */
  pending(conversation: string): readonly Pending[] {
    const topic = topicOf(conversation);
    const landed = [...this.#landed.values()].filter((pending) => pending.topic === topic);
    const refusal = this.#barred.get(conversation);
    const waiting = this.#outbox.pending(topic).map((pending) =>
      refusal !== undefined && pending.state === "waiting"
        ? { ...pending, state: "refused" as const, refusal }
        : pending
    );
    return [...landed, ...waiting];
  }

  /** For how long what is written can be taken back before it leaves. */
  set holdSeconds(seconds: number) {
    this.#outbox.holdSeconds = seconds;
  }

  /** False when so much waits already that no more is taken. */
  send(conversation: string, text: string, file?: ChosenFile): boolean {
    return this.#outbox.add(topicOf(conversation), text, file) !== null;
  }

  /** The same for what the team alone may read. */
  note(conversation: string, text: string, calls: Calls): boolean {
    return this.#outbox.add(topicOf(conversation), text, undefined, calls) !== null;
  }

  tryAgain(client: string): void {
    this.#outbox.tryAgain(client);
    const pending = this.#underWay.get(client);
    if (pending !== undefined) this.get(conversationOf(pending.topic))?.again();
  }

  discard(client: string): void {
    this.#outbox.discard(client);
    this.#underWay.delete(client);
  }

  /** Current are: the chats one is in, where something is on its way, and what was looked at last. */
  #keep(): void {
    const sending = this.#outbox.topics().map(conversationOf);
    const wanted = new Set([...this.#joined, ...sending, ...this.#visited]);
    for (const [conversation, feed] of this.#feeds) {
      if (wanted.has(conversation)) continue;
      feed.stop();
      this.#feeds.delete(conversation);
      this.#entered.delete(conversation);
    }
    for (const conversation of wanted) this.#feed(conversation);
  }

  #feed(conversation: string): LogFeed {
    const known = this.#feeds.get(conversation);
    if (known !== undefined) return known;
    const { connection, account, clock } = this.#options;
    const feed: LogFeed = new LogFeed({
      connection,
      topic: topicOf(conversation),
      marks: () => feed.log.people.agents.some((agent) => agent.id === account && agent.here),
      clock,
    });
    this.#feeds.set(conversation, feed);
    feed.on("changed", () => this.#feedChanged(conversation, feed));
    feed.on("resumed", () => {
      this.#entered.add(conversation);
      if (this.#barred.delete(conversation)) this.emit("changed", conversation);
    });
    feed.on("refused", (refusal) => this.#bar(conversation, refusal));
    feed.start();
    return feed;
  }

  /** What is refused for a moment only is asked for again. */
  #bar(conversation: string, refusal: Refused): void {
    if (refusal.retryAfterSeconds !== undefined) return;
    const isNews = !this.#barred.has(conversation);
    this.#barred.set(conversation, refusal);
    this.emit("changed", conversation);
    if (isNews && this.#outbox.pending(topicOf(conversation)).length > 0) this.emit("barred", conversation);
  }

  #feedChanged(conversation: string, { log }: LogFeed): void {
    for (const entry of log.entries) if (entry.client) this.#landed.delete(entry.client);
    this.emit("changed", conversation);
  }

  #outboxChanged(topic: string): void {
    for (const pending of this.#outbox.pending(topic)) this.#underWay.set(pending.client, pending);
    this.#keep();
    this.emit("changed", conversationOf(topic));
  }

  /** Between the acknowledgement and the entry the message must not vanish from under the writer's eyes. */
  #land(client: string): void {
    const pending = this.#underWay.get(client);
    this.#underWay.delete(client);
    const feed = pending === undefined ? null : this.get(conversationOf(pending.topic));
    if (pending === undefined || feed === null || holds(feed, client)) return;
    this.#landed.set(client, pending);
    this.emit("changed", conversationOf(pending.topic));
  }
}

function holds({ log }: LogFeed, client: string): boolean {
  return log.entries.some((entry) => entry.client === client);
}

export function topicOf(conversation: string): string {
  return `chat.${conversation}`;
}

export function conversationOf(topic: string): string {
  return topic.slice("chat.".length);
}
