// The visitor's side of the conversation without the DOM: one connection, one log, one outbox, and what may be done now.

import { type Clock, realClock } from "../live/clock.ts";
import { Connection, type ConnectionOptions, type Ending } from "../live/connection.ts";
import { Emitter } from "../live/emitter.ts";
import { LogFeed } from "../live/feeds.ts";
import type { Log } from "../live/log.ts";
import { type ChosenFile, Outbox, type Pending } from "../live/outbox.ts";
import { isSiteSnapshot, Latest } from "../live/states.ts";
import type {
  Answer,
  Entry,
  Lead,
  OlderEntries,
  Page,
  Question,
  Refused,
  ServerFrame,
  SiteSnapshot,
  Welcome,
} from "../live/wire.ts";

/** `form` and `offlineForm`: the visitor may not write before it was sent. */
export type Mode = "loading" | "form" | "offlineForm" | "write";

export interface VisitorChatEvents {
  changed: undefined;
  /** Whatever the server says, for what stands around the conversation. */
  frame: ServerFrame;
  /** An agent's message came live. */
  heard: Entry;
  ended: Ending;
}

export interface VisitorChatOptions {
  readonly origin: string;
  readonly site: string;
  readonly key: string;
  readonly language: string;
  readonly page: () => Page;
  readonly storage: Storage | null;
  /** Under which what is not sent yet is kept. */
  readonly box: string;
  readonly locks: Pick<LockManager, "request"> | null;
  readonly network?: EventTarget;
  readonly openSocket?: NonNullable<ConnectionOptions["openSocket"]>;
  readonly clock?: Clock;
}

const sayTypingMilliseconds = 3_000;
const showTypingMilliseconds = 1_000;
/** The team sees the end of what is typed; the server shows no more of it. */
const shownCharacters = 500;
const olderPage = 50;

export class VisitorChat extends Emitter<VisitorChatEvents> {
  readonly #options: VisitorChatOptions;
  readonly #clock: Clock;
  readonly #connection: Connection;
  readonly outbox: Outbox;
  readonly #site = new Latest<SiteSnapshot>(isSiteSnapshot);
  #feed: LogFeed | null = null;
  #formWasSent = false;
  /** The visitor asked for the panel; the chat is opened once it is known that there is none. */
  #wantsChat = false;
  #isSubscribed = false;
  #whenSubscribed: (() => void)[] = [];
  #typedAt = -Infinity;
  #cancelTyping = (): void => {};
  #seen = 0;
  #isLoadingOlder = false;

  constructor(options: VisitorChatOptions) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    const { origin, site, key, language, page, network, openSocket, storage, locks, box } = options;
    this.#connection = new Connection({
      address: `${origin.replace(/^http/, "ws")}/live`,
      hello: () => ({ do: "hello", protocol: 1, site, key, page: page(), language }),
      clock: this.#clock,
      ...(network && { network }),
      ...(openSocket && { openSocket }),
    });
    this.outbox = new Outbox({ connection: this.#connection, key: box, storage, locks, clock: this.#clock });
    this.#listen();
  }

  start(): void {
    this.outbox.start();
    this.#connection.start();
  }

  /** Lets go of line and locks, for a page that may come back from the browser's memory: `start` goes on. */
  stop(): void {
    this.outbox.stop();
    this.#connection.stop();
  }

  // What is known.

  get log(): Log | null {
    return this.#feed?.log ?? null;
  }

  get mode(): Mode {
    if (!this.log?.loaded) return "loading";
    if (this.#formWasSent) return "write";
    return this.isOnline || this.agentsHere.length > 0 ? "form" : "offlineForm";
  }

  get isConnected(): boolean {
    return this.#connection.phase === "open";
  }

  get isOnline(): boolean {
    return this.#site.value?.online ?? this.#connection.welcome?.site?.online ?? false;
  }

  /** When the website answers again, where it keeps hours and it is none of them. */
  get opens(): number | undefined {
    return this.#site.value?.opens;
  }

  get isChatOpen(): boolean {
    const chat = this.log?.chat ?? null;
    return chat !== null && chat.state !== "closed";
  }

  /** Opened and not yet anything: closing it loses nothing. */
  get isUnwritten(): boolean {
    return !this.#formWasSent;
  }

  get team(): SiteSnapshot["agents"] {
    return this.#site.value?.agents ?? [];
  }

  get agentsHere(): Log["people"]["agents"] {
    return this.isChatOpen ? this.log?.people.agents.filter((agent) => agent.here) ?? [] : [];
  }

  /** Where one stands among those who wait. */
  get queue(): NonNullable<Log["people"]["queue"]> | null {
    const { people, chat } = this.log ?? {};
    return chat?.state === "waiting" ? people?.queue ?? null : null;
  }

  get pending(): readonly Pending[] {
    return this.log === null ? [] : this.outbox.pending(this.log.topic);
  }

  /** Agents' messages that were not shown yet. */
  get unread(): number {
    const seen = Math.max(this.#seen, this.log?.marks.visitor.seen ?? 0);
    return this.log?.entries.filter((entry) => isFromAgent(entry) && entry.n > seen).length ?? 0;
  }

  get typists(): readonly string[] {
    const typists = this.log?.typists(this.#clock.now()) ?? [];
    return typists.flatMap((by) => by.kind === "agent" ? [by.name ?? ""] : []);
  }

  // What the visitor does.

  /** The visitor opened the panel: the team is told, unless this visitor only wants to read on or nobody is there. */
  wish(): void {
    this.#wantsChat = true;
    this.#openIfWished();
  }

  /** Null when it was taken. Waits for a lost line to come back; nothing is sent twice. */
  async sendForm(lead: Lead): Promise<Refused | null> {
    for (;;) {
      const log = await this.#subscribed();
      if (this.#formWasSent) return null;
      if (!this.isChatOpen) await this.ask({ do: "open", topic: log.topic });
      const answer = await this.ask({ do: "form", topic: log.topic, ...lead });
      if (answer?.event === "Refused") return answer;
      if (answer !== null) return null;
    }
  }

  async leaveMessage(lead: Lead, text: string, client: string): Promise<Refused | null> {
    // In a chat, and where somebody is there to begin one, form and message are two things.
    if (this.isChatOpen || this.isOnline) {
      const refused = await this.sendForm(lead);
      if (refused === null) this.send(text);
      return refused;
    }
    for (;;) {
      const { topic } = await this.#subscribed();
      const answer = await this.ask({ do: "offline", topic, client, text, ...lead });
      if (answer?.event === "Refused") return answer;
      if (answer !== null) return null;
    }
  }

  /** False when too much is waiting already. */
  send(text: string, file?: ChosenFile): boolean {
    // In the lists the last message stands where it says that somebody types.
    this.typing(false);
    return this.log !== null && this.outbox.add(this.log.topic, text, file) !== null;
  }

  /** With what was typed so far, where the team sees it: the last of it is said, too. */
  typing(on: boolean, text?: string): void {
    const now = this.#clock.now();
    this.#cancelTyping();
    const wait = this.#typedAt + (text ? showTypingMilliseconds : sayTypingMilliseconds) - now;
    if (on && wait > 0) {
      if (text) this.#cancelTyping = this.#clock.after(wait, () => this.typing(on, text));
      return;
    }
    if (this.log === null || (!on && this.#typedAt === -Infinity)) return;
    this.#typedAt = on ? now : -Infinity;
    // All of what somebody pastes may be more than a frame holds, which would cost the line.
    const end = text?.slice(-shownCharacters).replace(/^[\udc00-\udfff]/, "");
    this.#connection.tell({ do: "typing", topic: this.log.topic, on, text: end });
  }

  markSeen(): void {
    if (this.log === null || this.log.head <= this.#seen) return;
    this.#seen = this.log.head;
    this.#feed?.markSeen(this.#seen);
    this.emit("changed");
  }

  /** Waits for a lost line to come back; closing what is closed changes nothing. */
  async close(): Promise<void> {
    this.#wantsChat = false;
    let answer: Answer | null = null;
    while (answer === null && this.isChatOpen) {
      const { topic } = await this.#subscribed();
      answer = await this.ask({ do: "close", topic });
    }
  }

  /** Waits no longer: what was written stays with the team. */
  entrust(): void {
    if (this.log !== null) void this.ask({ do: "entrust", topic: this.log.topic });
  }

  moved(page: Page): void {
    this.#connection.tell({ do: "page", ...page });
  }

  /** One page of what was said before; false when there is none, or it is on its way. */
  async loadOlder(): Promise<boolean> {
    const log = this.log;
    const first = log?.entries[0];
    if (this.#isLoadingOlder || log === null || first === undefined || !log.hasOlder) return false;
    this.#isLoadingOlder = true;
    try {
      const { origin, site, key } = this.#options;
      const conversation = log.topic.slice("chat.".length);
      const address = `${origin}/api/v1/chats/${conversation}/entries?before=${first.n}&limit=${olderPage}`;
      const headers = { Authorization: `Visitor ${site}:${key}` };
      const response = await fetch(address, { headers, credentials: "omit" });
      if (!response.ok) return false;
      log.prepend(await response.json() as OlderEntries);
      this.emit("changed");
      return true;
    } catch {
      return false;
    } finally {
      this.#isLoadingOlder = false;
    }
  }

  #listen(): void {
    const changed = (): void => this.emit("changed");
    this.#connection.on("welcome", (welcome) => this.#welcomed(welcome));
    this.#connection.on("ended", (ending) => this.emit("ended", ending));
    this.#connection.on("phase", (phase) => {
      if (phase !== "open") this.#isSubscribed = false;
      changed();
    });
    this.#connection.on("frame", (frame) => {
      this.emit("frame", frame);
      if (this.#site.take(frame)) changed();
    });
    this.outbox.on("changed", changed);
  }

  #welcomed(welcome: Welcome): void {
    if (welcome.you.kind === "visitor") this.#formWasSent ||= welcome.you.formSent;
    if (this.log?.topic === welcome.topic) return;
    // The first hello, or another conversation because the website cleared its cookies.
    this.#feed?.stop();
    const feed = new LogFeed({
      connection: this.#connection,
      topic: welcome.topic,
      marks: () => true,
      clock: this.#clock,
    });
    feed.on("changed", () => this.#changed());
    feed.on("resumed", () => this.#resumed());
    feed.on("arrived", (entry) => isFromAgent(entry) && this.emit("heard", entry));
    this.#feed = feed;
    this.#seen = 0;
    feed.start();
  }

  #changed(): void {
    if (this.log?.chat?.form === "sent") this.#formWasSent = true;
    this.emit("changed");
  }

  #resumed(): void {
    this.#isSubscribed = true;
    for (const resolve of this.#whenSubscribed.splice(0)) resolve();
    this.#openIfWished();
  }

  #openIfWished(): void {
    if (!this.#wantsChat || !this.#isSubscribed || this.log === null) return;
    this.#wantsChat = false;
    if (this.mode === "form" && !this.isChatOpen) void this.ask({ do: "open", topic: this.log.topic });
  }

  async #subscribed(): Promise<Log> {
    while (!this.#isSubscribed || this.log === null) {
      await new Promise<void>((resolve) => this.#whenSubscribed.push(resolve));
    }
    return this.log;
  }

  /** Null when the line was cut before the answer. */
  ask(question: Question): Promise<Answer | null> {
    return this.#connection.ask(question).catch(() => null);
  }
}

function isFromAgent(entry: Entry): boolean {
  return entry.event === "MessageSent" && entry.by.kind === "agent";
}
