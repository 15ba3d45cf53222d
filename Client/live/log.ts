// A log topic as a pure model (docs/protocol.md, 3): what a reader holds, and what each frame makes of it.

import { type AgentInChat, type Author, type Chat, type Entry, isEntry, type Mark, type Marks } from "./wire.ts";
import type { OlderEntries, People, ServerFrame, Subscribed } from "./wire.ts";

export type Tick = "sent" | "delivered" | "seen" | "emailed" | "opened";

/** `gap`: something is missing, subscribe again with `since` set to `head`. */
export type Taken = "changed" | "unchanged" | "gap";

const typingLastsMilliseconds = 6_000;

interface Typist {
  readonly by: Author;
  readonly until: number;
}

export class Log {
  readonly topic: string;
  /** Without holes for this reader, oldest first. */
  entries: readonly Entry[] = [];
  /** The last number held: what a resume starts from. */
  head = 0;
  chat: Chat | null = null;
  marks: Marks = { visitor: { delivered: 0, seen: 0 }, team: { delivered: 0, seen: 0 } };
  people: People = { visitor: { name: null, online: false }, agents: [] };
  /** False until the first `Subscribed`: nothing is known yet. */
  loaded = false;
  /** For how long the author of a message may change it. */
  editSeconds = 0;

  readonly #typists = new Map<string, Typist>();
  /** A head that was asked for and answered, so that numbers hidden from this reader are not asked for again and again. */
  #answeredHead = 0;

  constructor(topic: string) {
    this.topic = topic;
  }

  take(frame: ServerFrame, now: number): Taken {
    if (!("topic" in frame) || frame.topic !== this.topic) return "unchanged";
    if (isEntry(frame)) return this.#append(frame);
    switch (frame.event) {
      case "Subscribed":
        return this.#resume(frame);
      case "Marks":
        return this.#raise(frame.marks);
      case "People":
        this.people = frame.people;
        this.#silenceWhoIsGone();
        return "changed";
      case "AgentTyping":
        return this.#type(frame.by, frame.on, now);
      case "VisitorTyping":
        return this.#type({ kind: "visitor" }, frame.on, now);
      default:
        return "unchanged";
    }
  }

  /** A head that a ping told: true when entries are missing here. */
  isBehind(head: number): boolean {
    return head > this.head && head > this.#answeredHead;
  }

  /** There is more before the first entry held. */
  get hasOlder(): boolean {
    return (this.entries[0]?.after ?? 0) > 0;
  }

  /** Puts a page of older entries in front; what does not end where ours begin is left out. */
  prepend(older: OlderEntries): void {
    const first = this.entries[0];
    if (first === undefined || older.entries.at(-1)?.n !== first.after) return;
    const whole = [...older.entries, ...this.entries];
    this.entries = [...whole.reduce(revise, older.entries), ...this.entries];
  }

  /** Who is typing now, oldest first. */
  typists(now: number): readonly Author[] {
    return [...this.#typists.values()].filter((typist) => typist.until > now).map((typist) => typist.by);
  }

  /** When the next typing ends by itself, or null. */
  nextTypingEnd(now: number): number | null {
    const ends = [...this.#typists.values()].map((typist) => typist.until).filter((until) => until > now);
    return ends.length === 0 ? null : Math.min(...ends);
  }

  /** How far a message of a visitor or an agent got with the other side. */
  tickOf(entry: Entry): Tick {
    const other = entry.by.kind === "visitor" ? this.marks.team : this.marks.visitor;
    if (entry.n <= other.seen) return "seen";
    return entry.n <= other.delivered ? "delivered" : "sent";
  }

  /** The number of the entry that this client id became, or null. */
  numberOf(client: string): number | null {
    return this.entries.findLast((entry) => entry.client === client)?.n ?? null;
  }

  #resume(frame: Subscribed): Taken {
    if (frame.reset) {
      this.entries = [];
      this.head = frame.from;
    }
    // From further than what is held: the frames in between were never ours.
    if (frame.from > this.head) return "gap";
    for (const entry of frame.entries) {
      if (entry.n <= this.head) continue;
      if (entry.after !== this.head && this.entries.length > 0) return "gap";
      this.#push(entry);
    }
    this.#answeredHead = Math.max(this.#answeredHead, frame.head);
    this.chat = frame.chat;
    this.marks = frame.marks;
    this.people = frame.people;
    this.editSeconds = frame.editSeconds ?? 0;
    this.loaded = true;
    return "changed";
  }

  #append(entry: Entry): Taken {
    if (entry.n <= this.head) return "unchanged";
    if (!this.loaded || entry.after !== this.head) return "gap";
    this.#push(entry);
    this.#fold(entry);
    return "changed";
  }

  #push(entry: Entry): void {
    this.entries = [...revise(this.entries, entry), entry];
    this.head = entry.n;
    if (entry.event === "MessageSent") this.#typists.delete(keyOf(entry.by));
  }

  /** What an entry says about the chat and its people; the next `Subscribed` or `People` says it again, whole. */
  #fold(entry: Entry): void {
    switch (entry.event) {
      case "ChatOpened":
        this.chat = { id: entry.chat ?? "", state: "waiting", form: entry.body.form, offline: entry.body.offline };
        break;
      case "FormSent":
        this.people = { ...this.people, visitor: { ...this.people.visitor, name: entry.body.name } };
        this.#changeChat({ form: "sent" });
        break;
      case "AgentJoinedChat":
        this.#changeChat({ state: "active" });
        this.#changeAgent(entry.by, true);
        break;
      case "AgentLeftChat":
        if (entry.body.last) this.#changeChat({ state: "waiting" });
        this.#changeAgent(entry.by, false);
        break;
      case "ChatEntrusted":
        this.#changeChat({ offline: true });
        break;
      case "ChatClosed":
        this.#changeChat({ state: "closed" });
        this.#typists.clear();
        break;
    }
  }

  #changeChat(change: Partial<Chat>): void {
    if (this.chat !== null) this.chat = { ...this.chat, ...change };
  }

  #changeAgent(by: Author, here: boolean): void {
    const { agents } = this.people;
    const known = agents.find((agent) => agent.id === by.id);
    const agent: AgentInChat = known ?? {
      id: by.id ?? "",
      name: by.name ?? "",
      avatar: by.avatar ?? "",
      colour: by.colour ?? 0,
      status: "online",
      here,
    };
    const others = agents.filter((other) => other.id !== agent.id);
    this.people = { ...this.people, agents: [...others, { ...agent, here }].sort((a, b) => a.colour - b.colour) };
    this.#silenceWhoIsGone();
  }

  /** Who left, or was sent away, will not say any more that they stopped typing. */
  #silenceWhoIsGone(): void {
    for (const { id, here, status } of this.people.agents) {
      if (!here || status === "offline") this.#typists.delete(keyOf({ kind: "agent", id }));
    }
  }

  /** Marks are absolute and never go back, whatever order they arrive in. */
  #raise(marks: Marks): Taken {
    const raised = { visitor: higher(this.marks.visitor, marks.visitor), team: higher(this.marks.team, marks.team) };
    if (isSame(raised.visitor, this.marks.visitor) && isSame(raised.team, this.marks.team)) return "unchanged";
    this.marks = raised;
    return "changed";
  }

  #type(by: Author, on: boolean, now: number): Taken {
    const key = keyOf(by);
    const wasTyping = (this.#typists.get(key)?.until ?? 0) > now;
    if (on) this.#typists.set(key, { by, until: now + typingLastsMilliseconds });
    else this.#typists.delete(key);
    // "Again" changes nothing that is shown, but the moment at which it ends.
    return on || wasTyping ? "changed" : "unchanged";
  }
}

/** A message that was written again says what it says now, and keeps what it said before; of a deleted one, or a file, nothing is left. */
function revise(entries: readonly Entry[], change: Entry): readonly Entry[] {
  if (change.event !== "MessageEdited" && change.event !== "MessageDeleted") return entries;
  const now = change.body;
  return entries.map((entry) => {
    if (entry.n !== now.of || entry.event !== "MessageSent") return entry;
    const isFile = entry.body.kind === "file";
    if (!("text" in now) && (isFile || entry.body.kind === "text")) return { ...entry, body: { kind: "erased" } };
    if (!("text" in now) || entry.body.kind !== "text") return entry;
    const { text, before = [] } = entry.body;
    return { ...entry, body: { kind: "text", text: now.text, before: [...before, text] } };
  });
}

function keyOf(author: Author): string {
  return author.kind === "visitor" ? "visitor" : `${author.kind}.${author.id ?? ""}`;
}

function higher(one: Mark, other: Mark): Mark {
  return { delivered: Math.max(one.delivered, other.delivered), seen: Math.max(one.seen, other.seen) };
}

function isSame(one: Mark, other: Mark): boolean {
  return one.delivered === other.delivered && one.seen === other.seen;
}
