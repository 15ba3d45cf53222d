// State topics (docs/protocol.md, 4): a whole snapshot, then patches. Any doubt means a new snapshot.

import type { ServerFrame, VisitorRow, VisitorsEvent, VisitorsSnapshot } from "./wire.ts";
import type { ListedChat } from "./listed.ts";
import type { AgentSnapshot, SiteSnapshot, Snapshot } from "./wire.ts";

export function isSiteSnapshot(frame: ServerFrame): frame is SiteSnapshot {
  return frame.event === "Snapshot" && frame.topic.startsWith("site.");
}

export function isAgentSnapshot(frame: ServerFrame): frame is AgentSnapshot {
  return frame.event === "Snapshot" && frame.topic.startsWith("agent.");
}

export function isVisitorsSnapshot(frame: ServerFrame): frame is VisitorsSnapshot {
  return frame.event === "Snapshot" && isOfRows(frame.topic);
}

/** The chats of a website, or an expert's own threads. */
function isOfRows(topic: string): boolean {
  return topic.startsWith("visitors.") || topic.startsWith("threads.");
}

/** The newest snapshot of a topic that is always sent whole: `site.…` and `agent.…`. */
export class Latest<Shot extends Snapshot> {
  value: Shot | null = null;
  readonly #isOurs: (frame: ServerFrame) => frame is Shot;

  constructor(isOurs: (frame: ServerFrame) => frame is Shot) {
    this.#isOurs = isOurs;
  }

  take(frame: ServerFrame): boolean {
    if (!this.#isOurs(frame)) return false;
    this.value = frame;
    return true;
  }
}

/** `unknown`: a message in a row that is not held, so subscribe again. */
export type RowTaken = "changed" | "unchanged" | "unknown";

const typingLastsMilliseconds = 6_000;

/** In which list somebody finds a chat: one that waits for them alone is among their active ones (E32). */
export function listOf({ chat }: VisitorRow, account: string): VisitorRow["chat"]["state"] {
  return chat.state === "waiting" && chat.transfer?.to === account ? "active" : chat.state;
}

/** The rows of every `visitors.…` topic of a team, and of an expert's `threads.…`, by conversation. */
export class VisitorRows {
  readonly rows = new Map<string, VisitorRow>();
  /** Whose lists these are. */
  account = "";
  readonly #topics = new Map<string, string>();
  readonly #typingUntil = new Map<string, number>();
  /** Closed chats that stand in no live list, as they were when they were fetched. A live row takes the place of one. */
  readonly #older = new Map<string, ListedChat>();

  /** A row, live or not. */
  row(conversation: string): VisitorRow | undefined {
    return this.rows.get(conversation) ?? this.#older.get(conversation)?.row;
  }

  /** Rows that were fetched beside the live lists. */
  keep(chats: readonly ListedChat[]): void {
    for (const chat of chats) {
      if (!this.rows.has(chat.row.conversation)) this.#older.set(chat.row.conversation, chat);
    }
  }

  take(frame: ServerFrame, now: number): RowTaken {
    if (isVisitorsSnapshot(frame)) return this.#replace(frame, now);
    if (!("topic" in frame) || !isOfRows(frame.topic ?? "")) return "unchanged";
    return this.#patch(frame as VisitorsEvent, now);
  }

  /** A topic was taken from this account: its rows are no longer ours to show. */
  drop(topic: string): void {
    for (const [conversation, other] of this.#topics) if (other === topic) this.#forget(conversation);
    for (const [conversation, older] of this.#older) if (older.topic === topic) this.#older.delete(conversation);
  }

  /** A thread with this account alone, whoever else answers for its site. */
  isOwn(conversation: string): boolean {
    const topic = this.#topics.get(conversation) ?? this.#older.get(conversation)?.topic;
    return topic?.startsWith("threads.") ?? false;
  }

  isTyping(conversation: string, now: number): boolean {
    return (this.#typingUntil.get(conversation) ?? 0) > now;
  }

  /** When the next typing ends by itself, or null. */
  nextTypingEnd(now: number): number | null {
    const ends = [...this.#typingUntil.values()].filter((until) => until > now);
    return ends.length === 0 ? null : Math.min(...ends);
  }

  /** Paid questions by their deadline, then oldest waiting first; offline messages, which nobody is waiting for, after them. */
  waiting(): VisitorRow[] {
    return this.#having("waiting").sort((a, b) =>
      dueFirst(a, b) || compare(a.chat.waitingSince ?? Infinity, b.chat.waitingSince ?? Infinity) ||
      compare(a.chat.openedAt, b.chat.openedAt) || byConversation(a, b)
    );
  }

  active(): VisitorRow[] {
    return this.#having("active").sort((a, b) => dueFirst(a, b) || newestFirst(a, b));
  }

  closed(): VisitorRow[] {
    const older = [...this.#older.values()].map(({ row }) => row).filter(({ chat }) => chat.state === "closed");
    return [...this.#having("closed"), ...older].sort(newestFirst);
  }

  /** The closed chats of each live list. */
  closedByTopic(): Map<string, VisitorRow[]> {
    return Map.groupBy(this.#having("closed"), ({ conversation }) => this.#topics.get(conversation) ?? "");
  }

  #having(state: VisitorRow["chat"]["state"]): VisitorRow[] {
    return [...this.rows.values()].filter((row) => listOf(row, this.account) === state);
  }

  #replace(snapshot: VisitorsSnapshot, now: number): RowTaken {
    const before = [...this.#topics].filter(([, topic]) => topic === snapshot.topic).map(([conversation]) =>
      conversation
    );
    const closed = before.flatMap((conversation) => this.rows.get(conversation) ?? []).filter(({ chat }) =>
      chat.state === "closed"
    );
    for (const conversation of before) this.#forget(conversation);
    for (const row of snapshot.rows) this.#put(row, snapshot.topic, now);
    // The list is as long as before, so the oldest fell out of it when others were closed.
    this.keep(closed.map((row) => ({ topic: snapshot.topic, row })));
    return "changed";
  }

  #patch(frame: VisitorsEvent, now: number): RowTaken {
    if (frame.event === "NewVisitorJoined" || frame.event === "ConversationChanged") {
      const held = this.rows.get(frame.row.conversation);
      if (held !== undefined && frame.row.revision <= held.revision) return "unchanged";
      this.#put(frame.row, frame.topic, now);
      return "changed";
    }
    const row = this.rows.get(frame.conversation);
    // Who opened the widget and began no chat has no row: only a message says that one is missing here.
    if (row === undefined) return frame.event === "MessageArrived" ? "unknown" : "unchanged";
    switch (frame.event) {
      case "VisitorPageChanged":
        this.rows.set(row.conversation, { ...row, visitor: { ...row.visitor, page: frame.page } });
        return "changed";
      case "VisitorPresence":
        this.rows.set(row.conversation, { ...row, visitor: { ...row.visitor, online: frame.online } });
        return "changed";
      case "VisitorTyping":
        this.#setTyping(row.conversation, frame.on, now);
        return "changed";
      default:
        return "unchanged";
    }
  }

  #forget(conversation: string): void {
    this.rows.delete(conversation);
    this.#topics.delete(conversation);
  }

  #put(row: VisitorRow, topic: string, now: number): void {
    this.rows.set(row.conversation, row);
    this.#older.delete(row.conversation);
    this.#topics.set(row.conversation, topic);
    if (row.visitor.typing !== this.isTyping(row.conversation, now)) {
      this.#setTyping(row.conversation, row.visitor.typing, now);
    }
  }

  #setTyping(conversation: string, on: boolean, now: number): void {
    if (on) this.#typingUntil.set(conversation, now + typingLastsMilliseconds);
    else this.#typingUntil.delete(conversation);
  }
}

function compare(one: number, other: number): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function dueFirst(a: VisitorRow, b: VisitorRow): number {
  return compare(dueAtOf(a), dueAtOf(b));
}

function dueAtOf({ deal }: VisitorRow): number {
  return deal && deal.open > 0 ? deal.dueAt ?? Infinity : Infinity;
}

function byConversation(a: VisitorRow, b: VisitorRow): number {
  return a.conversation.length - b.conversation.length || a.conversation.localeCompare(b.conversation);
}

function newestFirst(a: VisitorRow, b: VisitorRow): number {
  return compare(b.activeAt, a.activeAt) || byConversation(b, a);
}
