// What the console knows, without the DOM: who I am, my sites, the rows of every list, the threads that are open, what is on its way.

import type { Clock } from "../live/clock.ts";
import { Connection, type Ending, type Phase, type Socket } from "../live/connection.ts";
import { Emitter } from "../live/emitter.ts";
import { Deals } from "../live/deals.ts";
import { StateFeed } from "../live/feeds.ts";
import { Notices } from "../live/notices.ts";
import type { Pending, Upload } from "../live/outbox.ts";
import { ServerTime } from "../live/server-time.ts";
import { isAgentSnapshot, Latest, VisitorRows } from "../live/states.ts";
import type {
  AgentSnapshot,
  AgentStatus,
  Answer,
  AssignedSite,
  ChatTag,
  MacroSteps,
  Notice,
  Question,
  ServerFrame,
  VisitorRow,
  Welcome,
} from "../live/wire.ts";
import { Calls } from "./calls.ts";
import { circumstancesOf } from "./circumstances.ts";
import type { Circumstances } from "./guards.ts";
import type { Values } from "./replies.ts";
import type { ListedChat } from "../live/listed.ts";
import { Threads, topicOf } from "./threads.ts";
import { Typed } from "./typed.ts";
import { type Hold, keepHold, readHold } from "./undo.ts";
import { hasJoined } from "./unread.ts";
import { Viewing } from "./viewing.ts";

export interface WorkspaceEvents {
  phase: Phase;
  /** Who I am, my status or my sites. */
  me: AgentSnapshot;
  deal: undefined;
  /** Rows came, went, changed or began to type. */
  rows: void;
  /** Something in the thread of this conversation. */
  thread: string;
  /** What waits in this conversation will not be sent: its writer may not open it any more. */
  barred: string;
  visitorJoined: VisitorRow;
  /** A colleague asks this account to take a chat over. */
  transferred: VisitorRow;
  messageArrived: { readonly row: VisitorRow; readonly n: number };
  /** What I am told of. */
  notices: void;
  ended: Ending;
  /** The page was opened as one account and is now another. */
  changedAccount: void;
}

/** So long a refresh is waited for; after it the banner says that there is no line. */
const refreshMilliseconds = 4_000;

export interface TransferWish {
  readonly to: string;
  readonly leaves: boolean;
  readonly reason: string;
}

export interface WorkspaceOptions {
  readonly address: string;
  readonly storage: Storage | null;
  readonly locks: Pick<LockManager, "request"> | null;
  /** In a frame, which has no cookie. */
  readonly token?: string | undefined;
  readonly clock: Clock;
  readonly upload?: Upload;
  /** Finds a chat that stands in no live list; a frame has no way to. */
  readonly fetchChat?: ((conversation: string) => Promise<ListedChat | null>) | undefined;
  readonly network?: EventTarget;
  readonly openSocket?: (address: string) => Socket;
  readonly random?: () => number;
}

export class Workspace extends Emitter<WorkspaceEvents> {
  readonly connection: Connection;
  readonly rows = new VisitorRows();
  readonly notices = new Notices();
  /** Who else has the chat open that is open here. */
  readonly viewing: Viewing;
  account = "";
  /** False until every site, and the own threads, have sent their rows: the lists are not known yet. */
  loaded = false;

  readonly #options: WorkspaceOptions;
  /** How the paid threads stand that are open. */
  readonly deals = new Deals();
  readonly #agent = new Latest(isAgentSnapshot);
  readonly #time = new ServerTime();
  /** By topic, as the two below. */
  readonly #rowFeeds = new Map<string, StateFeed>();
  readonly #unloaded = new Set<string>();
  /** What a refresh still waits for. */
  #awaited = new Set<string>();
  /** Chats that were looked for beside the live lists. */
  readonly #sought = new Map<string, "soon" | "done">();
  readonly #calls = new Calls((call, row) => this.emit(call, row));
  #threads: Threads | null = null;
  #agentFeed: StateFeed | null = null;
  #cancelTyping = (): void => {};
  readonly #typed = new Typed();

  constructor(options: WorkspaceOptions) {
    super();
    this.#options = options;
    const { address, token, clock, network, openSocket, random } = options;
    this.connection = new Connection({
      address,
      hello: () => ({ do: "hello", protocol: 1, ...(token !== undefined && { token }) }),
      clock,
      ...(network && { network }),
      ...(openSocket && { openSocket }),
      ...(random && { random }),
    });
    this.viewing = new Viewing({
      connection: this.connection,
      account: () => this.account,
      entered: (conversation) => this.threads.entered(conversation),
      clock,
    });
    this.connection.on("phase", (phase) => this.emit("phase", phase));
    this.connection.on("welcome", (welcome) => this.#welcomed(welcome));
    this.connection.on("frame", (frame) => {
      this.#time.take(frame, clock.now());
      if (frame.event === "VisitorTyping") this.#typed.take(frame);
      if (this.deals.take(frame)) this.emit("deal", undefined);
    });
    this.connection.on("ended", (ending) => this.emit("ended", ending));
  }

  start(): void {
    this.connection.start();
    this.#threads?.start();
  }

  /** For `pagehide`: other tabs take over what is on its way. */
  stop(): void {
    this.viewing.look(null);
    this.#threads?.stop();
    this.connection.stop();
    this.#cancelTyping();
  }

  /** Another line, on which everything is asked for anew; resolves when the lists are there again, or after a while without. */
  refresh(): Promise<void> {
    if (this.connection.phase === "ended") return Promise.resolve();
    this.#awaited = new Set(this.#rowFeeds.keys());
    this.connection.stop();
    this.connection.start();
    return new Promise((resolve) => {
      const waiting = new AbortController();
      const end = (): void => {
        cancel();
        waiting.abort();
        resolve();
      };
      const cancel = this.#options.clock.after(refreshMilliseconds, end);
      this.on("rows", () => this.#awaited.size === 0 && end(), waiting.signal);
    });
  }

  get me(): AgentSnapshot["me"] | null {
    return this.#agent.value?.me ?? null;
  }

  get sites(): readonly AssignedSite[] {
    return this.#agent.value?.sites ?? [];
  }

  /** A row, of a live list or fetched beside them. */
  row(conversation: string): VisitorRow | undefined {
    return this.rows.row(conversation);
  }

  /** Whether a chat without a row is being looked for. Each is looked for once, until the lists are sent anew. */
  seeks(conversation: string): boolean {
    const { fetchChat } = this.#options;
    if (fetchChat === undefined) return false;
    const sought = this.#sought.get(conversation);
    if (sought !== undefined) return sought === "soon";
    this.#sought.set(conversation, "soon");
    fetchChat(conversation).then(
      (found) => this.#found(conversation, found === null ? [] : [found]),
      () => this.#found(conversation, []),
    );
    return true;
  }

  /** Rows that came beside the live lists. */
  keep(chats: readonly ListedChat[]): void {
    this.rows.keep(chats);
    this.emit("rows", undefined);
  }

  #found(conversation: string, chats: readonly ListedChat[]): void {
    this.#sought.set(conversation, "done");
    this.keep(chats);
  }

  siteOf(row: VisitorRow): AssignedSite | null {
    return this.sites.find((site) => site.id === row.site) ?? null;
  }

  /** What the website of a notice is called now; for one that is in no list, what it was called then. */
  placeOf({ conversation, place }: Pick<Notice, "conversation" | "place">): string {
    const row = conversation === null ? undefined : this.row(conversation);
    return (row === undefined ? null : this.siteOf(row))?.name ?? place;
  }

  /** Somebody whose answers are paid, in threads of their own. */
  get isExpert(): boolean {
    return this.me?.roles.includes("expert") ?? false;
  }

  mayWrite(row: VisitorRow): boolean {
    return this.rows.isOwn(row.conversation) || (this.siteOf(row)?.mayWrite ?? false);
  }

  /** Notes are the team's: in a paid thread, which is between two, there are none. */
  mayNote(row: VisitorRow): boolean {
    return !this.rows.isOwn(row.conversation) && (this.siteOf(row)?.mayWrite ?? false);
  }

  /** What a message is looked at by before it leaves: the own other websites, by name and by host, and whom it is for. */
  circumstancesIn(conversation: string): Circumstances {
    const row = this.row(conversation);
    return circumstancesOf(row, {
      sites: this.sites,
      rows: this.rows.rows.values(),
      isPaid: this.rows.isOwn(conversation),
    });
  }

  /** What is put into the places of words that were written before. */
  valuesIn(conversation: string): Values {
    const row = this.row(conversation);
    const visitor = row?.visitor;
    return {
      visitor: visitor?.name ?? null,
      agent: row === undefined ? null : this.nameIn(row),
      site: row === undefined ? null : this.siteOf(row)?.name ?? null,
      page: visitor?.page?.title || visitor?.page?.url || null,
      email: visitor?.email ?? null,
      service: visitor?.service ?? null,
    };
  }

  /** What the team calls a chat by, as far as the website still knows it. */
  tagsOf(row: VisitorRow): readonly ChatTag[] {
    const known = this.siteOf(row)?.tags ?? [];
    return known.filter(({ id }) => row.tags?.includes(id));
  }

  /** Under which name this account answers there. */
  nameIn(row: VisitorRow): string {
    return this.siteOf(row)?.pseudonym ?? this.me?.name ?? "";
  }

  hasJoined(row: VisitorRow): boolean {
    return hasJoined(row, this.account);
  }

  /** By the clock of the server, which sets the deadlines. */
  get now(): number {
    return this.#time.now(this.#options.clock.now());
  }

  isTyping(conversation: string): boolean {
    return this.rows.isTyping(conversation, this.#options.clock.now());
  }

  /** What the visitor types, as far as the website shows it; empty for nothing. It counts while they are typing. */
  typedIn(conversation: string): string {
    return this.#typed.in(topicOf(conversation));
  }

  /** What is written and read. A row is there only when it is known who works here, and so are they. */
  get threads(): Threads {
    if (this.#threads === null) throw new Error("threads were asked for before the welcome");
    return this.#threads;
  }

  /** What was written in a conversation and has not left. */
  unsentIn(conversation: string): readonly Pending[] {
    return this.#threads?.pending(conversation) ?? [];
  }

  // Commands. Each resolves to the answer; a cut line rejects.

  join(conversation: string): Promise<Answer> {
    return this.#ask("join", conversation);
  }

  /** Writes first; the same `client` again does nothing twice. */
  begin(conversation: string, client: string, text: string): Promise<Answer> {
    return this.#enteredAsk(conversation, { do: "begin", topic: topicOf(conversation), client, text });
  }

  /** Whether there is a website whose visitors this account may write to first. */
  get mayBegin(): boolean {
    return this.sites.some(({ mayWrite, team }) => mayWrite && team !== false);
  }

  /** Whether there is a website whose live page this account may open. */
  get seesVisitors(): boolean {
    return this.sites.some(({ team }) => team !== false);
  }

  tag(conversation: string, add: readonly string[], remove: readonly string[]): Promise<Answer> {
    return this.#enteredAsk(conversation, { do: "tag", topic: topicOf(conversation), add, remove });
  }

  handOver(conversation: string): Promise<Answer> {
    return this.#enteredAsk(conversation, { do: "handOver", topic: topicOf(conversation) });
  }

  markWon(conversation: string, on: boolean): Promise<Answer> {
    return this.#enteredAsk(conversation, { do: "won", topic: topicOf(conversation), on });
  }

  /** The same `client` again does nothing twice. */
  runMacro(conversation: string, client: string, steps: MacroSteps): Promise<Answer> {
    return this.#enteredAsk(conversation, { do: "macro", topic: topicOf(conversation), client, ...steps });
  }

  leave(conversation: string): Promise<Answer> {
    return this.#ask("leave", conversation);
  }

  close(conversation: string): Promise<Answer> {
    return this.#ask("close", conversation);
  }

  /** Asks a colleague to take the chat over. */
  async transfer(conversation: string, wish: TransferWish): Promise<Answer> {
    await this.threads.entered(conversation);
    return this.connection.ask({ do: "transfer", topic: topicOf(conversation), ...wish });
  }

  /** One notice, or all of them. */
  readNotice(notice?: string): Promise<Answer> {
    return this.connection.ask({ do: "read", topic: this.#noticesTopic, ...(notice !== undefined && { notice }) });
  }

  archiveNotice(notice: string): Promise<Answer> {
    return this.connection.ask({ do: "archive", topic: this.#noticesTopic, notice });
  }

  /** For how long what is written can be taken back. */
  get hold(): Hold {
    return readHold(this.account, this.#options.storage);
  }

  set hold(seconds: Hold) {
    keepHold(this.account, seconds, this.#options.storage);
    this.threads.holdSeconds = seconds;
  }

  setStatus(status: AgentStatus): Promise<Answer> {
    return this.connection.ask({ do: "status", status });
  }

  type(conversation: string, on: boolean): void {
    this.connection.tell({ do: "typing", topic: topicOf(conversation), on });
  }

  async #enteredAsk(conversation: string, question: Question): Promise<Answer> {
    await this.threads.entered(conversation);
    return this.connection.ask(question);
  }

  async #ask(command: "join" | "leave" | "close", conversation: string): Promise<Answer> {
    await this.threads.entered(conversation);
    return this.connection.ask({ do: command, topic: topicOf(conversation) });
  }

  // What the server says.

  #welcomed(welcome: Welcome): void {
    if (welcome.you.kind !== "account") return;
    if (this.account === welcome.you.id) return;
    if (this.account !== "") return this.emit("changedAccount", undefined);
    this.account = welcome.you.id;
    this.rows.account = this.account;
    this.#openThreads();
    this.#agentFeed = new StateFeed({
      connection: this.connection,
      topic: welcome.topic,
      take: (frame) => this.#takeAgent(frame),
    });
    this.#agentFeed.start();
    this.#followNotices();
  }

  #followNotices(): void {
    const take = (frame: ServerFrame): boolean => {
      if (this.notices.take(frame)) this.emit("notices", undefined);
      return false;
    };
    new StateFeed({ connection: this.connection, topic: this.#noticesTopic, take }).start();
  }

  get #noticesTopic(): string {
    return `notices.${this.account}`;
  }

  #openThreads(): void {
    const { storage, locks, clock, upload = null } = this.#options;
    const { connection, account } = this;
    this.#threads = new Threads({ connection, account, storage, locks, clock, upload });
    this.#threads.holdSeconds = readHold(account, storage);
    this.#threads.on("changed", (conversation) => this.emit("thread", conversation));
    this.#threads.on("barred", (conversation) => this.emit("barred", conversation));
    this.#threads.start();
  }

  #takeAgent(frame: ServerFrame): boolean {
    if (!this.#agent.take(frame) || this.#agent.value === null) return false;
    this.#followRows(this.#agent.value);
    this.emit("me", this.#agent.value);
    return false;
  }

  #followRows({ sites, me }: AgentSnapshot): void {
    const wanted = new Set(sites.filter((site) => site.team ?? true).map((site) => `visitors.${site.id}`));
    // In the frame of a website there is that website alone.
    const places = this.#options.token === undefined ? [""] : sites.map((site) => `@${site.id}`);
    if (me.roles.includes("expert")) { for (const place of places) wanted.add(`threads.${me.id}${place}`); }
    for (const [topic, feed] of this.#rowFeeds) {
      if (wanted.has(topic)) continue;
      feed.stop();
      this.#rowFeeds.delete(topic);
      this.#unloaded.delete(topic);
      this.rows.drop(topic);
    }
    for (const topic of wanted) if (!this.#rowFeeds.has(topic)) this.#follow(topic);
    this.#settleRows();
  }

  #follow(topic: string): void {
    const { connection } = this;
    const feed = new StateFeed({ connection, topic, take: (frame) => this.#takeRows(topic, frame) });
    this.#rowFeeds.set(topic, feed);
    this.#unloaded.add(topic);
    feed.start();
  }

  /** True asks for a new snapshot. */
  #takeRows(topic: string, frame: ServerFrame): boolean {
    const before = "row" in frame ? this.rows.rows.get(frame.row.conversation) : undefined;
    const taken = this.rows.take(frame, this.#options.clock.now());
    if (frame.event === "Snapshot") {
      this.#unloaded.delete(topic);
      this.#awaited.delete(topic);
      this.#sought.clear();
    }
    if (taken === "changed") this.#settleRows();
    if (frame.event === "NewVisitorJoined") {
      this.#calls.announce(this.rows.rows.get(frame.row.conversation), this.account);
    } else if (before !== undefined && taken === "changed") {
      this.#calls.compare(before, this.rows.rows.get(before.conversation), this.account);
    }
    if (frame.event === "MessageArrived") {
      const row = this.rows.rows.get(frame.conversation);
      if (row !== undefined) this.emit("messageArrived", { row, n: frame.n });
    }
    return taken === "unknown";
  }

  #settleRows(): void {
    this.loaded = this.#agent.value !== null && this.#unloaded.size === 0;
    this.#keepJoined();
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

  #keepJoined(): void {
    if (this.#threads === null) return;
    const joined = [...this.rows.rows.values()].filter((row) => this.hasJoined(row));
    this.#threads.joined = joined.map((row) => row.conversation);
  }
}
