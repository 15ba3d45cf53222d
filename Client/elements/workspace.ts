// What the console knows, without the DOM: who I am, my sites, the rows of every list, the threads that are open, what is on its way.

import type { Clock } from "../live/clock.ts";
import { Connection, type Ending, type Phase, type Socket } from "../live/connection.ts";
import { Emitter } from "../live/emitter.ts";
import { LogFeed, StateFeed } from "../live/feeds.ts";
import { Outbox, type Pending } from "../live/outbox.ts";
import { isAgentSnapshot, Latest, VisitorRows } from "../live/states.ts";
import type {
  AgentSnapshot,
  AgentStatus,
  Answer,
  AssignedSite,
  ServerFrame,
  VisitorRow,
  Welcome,
} from "../live/wire.ts";
import { hasJoined } from "./unread.ts";

export interface WorkspaceEvents {
  phase: Phase;
  /** Who I am, my status or my sites. */
  me: AgentSnapshot;
  /** Rows came, went, changed or began to type. */
  rows: void;
  /** Something in the thread of this conversation. */
  thread: string;
  visitorJoined: VisitorRow;
  messageArrived: { readonly row: VisitorRow; readonly n: number };
  ended: Ending;
  /** The page was opened as one account and is now another. */
  changedAccount: void;
}

export interface WorkspaceOptions {
  readonly address: string;
  readonly storage: Storage | null;
  readonly locks: Pick<LockManager, "request"> | null;
  readonly clock: Clock;
  readonly network?: EventTarget;
  readonly openSocket?: (address: string) => Socket;
  readonly random?: () => number;
}

/** Threads that stay current after one looked away, so that going back is instant. Those one has joined are not counted. */
const keptThreads = 12;

export class Workspace extends Emitter<WorkspaceEvents> {
  readonly connection: Connection;
  readonly rows = new VisitorRows();
  account = "";
  /** False until every site has sent its rows: the lists are not known yet. */
  loaded = false;

  readonly #options: WorkspaceOptions;
  readonly #agent = new Latest(isAgentSnapshot);
  readonly #siteFeeds = new Map<string, StateFeed>();
  readonly #unloadedSites = new Set<string>();
  readonly #threads = new Map<string, LogFeed>();
  /** The newest last. */
  #visited: string[] = [];
  /** By client id, as they were last seen in the outbox. */
  readonly #underWay = new Map<string, Pending>();
  /** Acknowledged, but the entry itself is not here yet. */
  readonly #landed = new Map<string, Pending>();
  #outbox: Outbox | null = null;
  #agentFeed: StateFeed | null = null;
  #cancelTyping = (): void => {};

  constructor(options: WorkspaceOptions) {
    super();
    this.#options = options;
    const { address, clock, network, openSocket, random } = options;
    this.connection = new Connection({
      address,
      hello: () => ({ do: "hello", protocol: 1 }),
      clock,
      ...(network && { network }),
      ...(openSocket && { openSocket }),
      ...(random && { random }),
    });
    this.connection.on("phase", (phase) => this.emit("phase", phase));
    this.connection.on("welcome", (welcome) => this.#welcomed(welcome));
    this.connection.on("ended", (ending) => this.emit("ended", ending));
  }

  start(): void {
    this.connection.start();
    this.#outbox?.start();
  }

  /** For `pagehide`: other tabs take over what is on its way. */
  stop(): void {
    this.#outbox?.stop();
    this.connection.stop();
    this.#cancelTyping();
  }

  get me(): AgentSnapshot["me"] | null {
    return this.#agent.value?.me ?? null;
  }

  get sites(): readonly AssignedSite[] {
    return this.#agent.value?.sites ?? [];
  }

  siteOf(row: VisitorRow): AssignedSite | null {
    return this.sites.find((site) => site.id === row.site) ?? null;
  }

  mayWrite(row: VisitorRow): boolean {
    return this.siteOf(row)?.mayWrite ?? false;
  }

  hasJoined(row: VisitorRow): boolean {
    return hasJoined(row, this.account);
  }

  isTyping(conversation: string): boolean {
    return this.rows.isTyping(conversation, this.#options.clock.now());
  }

  // Threads.

  /** The thread of a conversation, kept current from now on. */
  open(conversation: string): LogFeed {
    this.#visited = [...this.#visited.filter((other) => other !== conversation), conversation];
    const thread = this.#thread(conversation);
    this.#keepThreads();
    return thread;
  }

  threadOf(conversation: string): LogFeed | null {
    return this.#threads.get(conversation) ?? null;
  }

  /** What was sent and is not in the log yet, in the order of writing. */
  pending(conversation: string): readonly Pending[] {
    const topic = topicOf(conversation);
    const landed = [...this.#landed.values()].filter((pending) => pending.topic === topic);
    return [...landed, ...(this.#outbox?.pending(topic) ?? [])];
  }

  /** False when so much waits already that no more is taken. */
  send(conversation: string, text: string): boolean {
    return (this.#outbox?.add(topicOf(conversation), text) ?? null) !== null;
  }

  tryAgain(client: string): void {
    this.#outbox?.tryAgain(client);
  }

  discard(client: string): void {
    this.#outbox?.discard(client);
    this.#underWay.delete(client);
  }

  // Commands. Each resolves to the answer; a cut line rejects.

  join(conversation: string): Promise<Answer> {
    return this.connection.ask({ do: "join", topic: topicOf(conversation) });
  }

  leave(conversation: string): Promise<Answer> {
    return this.connection.ask({ do: "leave", topic: topicOf(conversation) });
  }

  close(conversation: string): Promise<Answer> {
    return this.connection.ask({ do: "close", topic: topicOf(conversation) });
  }

  setStatus(status: AgentStatus): Promise<Answer> {
    return this.connection.ask({ do: "status", status });
  }

  type(conversation: string, on: boolean): void {
    this.connection.tell({ do: "typing", topic: topicOf(conversation), on });
  }

  // What the server says.

  #welcomed(welcome: Welcome): void {
    if (welcome.you.kind !== "account") return;
    if (this.account === welcome.you.id) return;
    if (this.account !== "") return this.emit("changedAccount", undefined);
    this.account = welcome.you.id;
    this.#openOutbox();
    this.#agentFeed = new StateFeed({
      connection: this.connection,
      topic: welcome.topic,
      take: (frame) => this.#takeAgent(frame),
    });
    this.#agentFeed.start();
  }

  #openOutbox(): void {
    const { storage, locks, clock } = this.#options;
    const outbox = new Outbox({
      connection: this.connection,
      key: `parley.outbox.${this.account}`,
      storage,
      locks,
      clock,
    });
    outbox.on("changed", (topic) => {
      for (const pending of outbox.pending(topic)) this.#underWay.set(pending.client, pending);
      this.#keepThreads();
      this.emit("thread", conversationOf(topic));
    });
    outbox.on("acknowledged", (answer) => this.#land(answer.client));
    this.#outbox = outbox;
    outbox.start();
    this.#keepThreads();
  }

  #takeAgent(frame: ServerFrame): boolean {
    if (!this.#agent.take(frame) || this.#agent.value === null) return false;
    this.#followSites(this.#agent.value.sites);
    this.emit("me", this.#agent.value);
    return false;
  }

  #followSites(sites: readonly AssignedSite[]): void {
    const wanted = new Set(sites.map((site) => site.id));
    for (const [site, feed] of this.#siteFeeds) {
      if (wanted.has(site)) continue;
      feed.stop();
      this.#siteFeeds.delete(site);
      this.#unloadedSites.delete(site);
      this.rows.dropSite(site);
    }
    for (const site of wanted) if (!this.#siteFeeds.has(site)) this.#followSite(site);
    this.#settleRows();
  }

  #followSite(site: string): void {
    const { connection } = this;
    const feed = new StateFeed({ connection, topic: `visitors.${site}`, take: (frame) => this.#takeRows(site, frame) });
    this.#siteFeeds.set(site, feed);
    this.#unloadedSites.add(site);
    feed.start();
  }

  /** True asks for a new snapshot. */
  #takeRows(site: string, frame: ServerFrame): boolean {
    const taken = this.rows.take(frame, this.#options.clock.now());
    if (frame.event === "Snapshot") this.#unloadedSites.delete(site);
    if (taken === "changed") this.#settleRows();
    if (frame.event === "NewVisitorJoined" && taken === "changed") this.emit("visitorJoined", frame.row);
    if (frame.event === "MessageArrived") {
      const row = this.rows.rows.get(frame.conversation);
      if (row !== undefined) this.emit("messageArrived", { row, n: frame.n });
    }
    return taken === "unknown";
  }

  #settleRows(): void {
    this.loaded = this.#agent.value !== null && this.#unloadedSites.size === 0;
    this.#keepThreads();
    this.#expectTypingEnd();
    this.emit("rows", undefined);
  }

  #expectTypingEnd(): void {
    this.#cancelTyping();
    const { clock } = this.#options;
    const end = this.rows.nextTypingEnd(clock.now());
    if (end === null) return;
    this.#cancelTyping = clock.after(end - clock.now() + 1, () => {
      this.#expectTypingEnd();
      this.emit("rows", undefined);
    });
  }

  /** Current are: the chats I am in, so that they are marked as delivered; where something is on its way; and what I looked at last. */
  #keepThreads(): void {
    const joined = [...this.rows.rows.values()].filter((row) => this.hasJoined(row)).map((row) => row.conversation);
    const sending = this.#outbox?.topics().map(conversationOf) ?? [];
    this.#visited = this.#visited.slice(-keptThreads);
    const wanted = new Set([...joined, ...sending, ...this.#visited]);
    for (const [conversation, thread] of this.#threads) {
      if (wanted.has(conversation)) continue;
      thread.stop();
      this.#threads.delete(conversation);
    }
    for (const conversation of wanted) this.#thread(conversation);
  }

  #thread(conversation: string): LogFeed {
    const known = this.#threads.get(conversation);
    if (known !== undefined) return known;
    const thread: LogFeed = new LogFeed({
      connection: this.connection,
      topic: topicOf(conversation),
      marks: () => thread.log.people.agents.some((agent) => agent.id === this.account && agent.here),
      clock: this.#options.clock,
    });
    this.#threads.set(conversation, thread);
    thread.on("changed", () => this.#threadChanged(conversation, thread));
    thread.start();
    return thread;
  }

  #threadChanged(conversation: string, thread: LogFeed): void {
    for (const client of this.#landed.keys()) if (thread.log.numberOf(client) !== null) this.#landed.delete(client);
    this.emit("thread", conversation);
  }

  /** Between the acknowledgement and the entry the message must not vanish from under the writer's eyes. */
  #land(client: string): void {
    const pending = this.#underWay.get(client);
    this.#underWay.delete(client);
    const thread = pending === undefined ? null : this.threadOf(conversationOf(pending.topic));
    if (pending === undefined || thread === null || thread.log.numberOf(client) !== null) return;
    this.#landed.set(client, pending);
    this.emit("thread", conversationOf(pending.topic));
  }
}

export function topicOf(conversation: string): string {
  return `chat.${conversation}`;
}

export function conversationOf(topic: string): string {
  return topic.slice("chat.".length);
}
