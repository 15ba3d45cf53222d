// What was written stays here until the server has it on disk: through lost lines, reloads and second tabs (X4).
//
// Each message has a storage key of its own and belongs to one tab, which holds a Web Lock as long as it lives. A tab that
// finds messages of another waits for that lock: when it is granted the other tab is gone, and its messages change owner. So tabs never
// write each other's keys. Where locks are missing (plain http) both may send the same message; its client id makes that harmless.

import { type Clock, realClock } from "./clock.ts";
import { type Connection, wasTooLarge } from "./connection.ts";
import { Emitter } from "./emitter.ts";
import {
  type Acknowledged,
  type Agreed,
  type Answer,
  type Calls,
  type FileFacts,
  isEntry,
  randomId,
  type Refused,
  type ServerFrame,
  type StoredFile,
} from "./wire.ts";

/**
 * `refused` waits for a person and holds back what was written after it; `waiting` and `sending` go on by themselves.
 * `lost` is a file that was chosen in a page that is gone: it cannot be sent, and holds nothing back.
 */
export type PendingState = "waiting" | "sending" | "refused" | "lost";

/** A file without `file` is still to be uploaded. */
export type PendingFile = FileFacts & Partial<StoredFile>;

export interface ChosenFile {
  readonly facts: FileFacts;
  /** The bytes, which only this page has. */
  readonly content: File;
}

/** Brings the bytes of a message to the server. An answer with `retryAfterSeconds` is tried again by itself. */
export type Upload = (
  topic: string,
  content: File,
  progress: (part: number) => void,
  signal: AbortSignal,
) => Promise<StoredFile | Refused>;

export interface Pending {
  readonly client: string;
  readonly topic: string;
  /** What was written, or the name of the file. */
  readonly text: string;
  readonly file: PendingFile | null;
  readonly content: File | null;
  /** What it was sent for; undefined where nothing is paid. */
  readonly deal?: Agreed | undefined;
  /** For a note of the team. */
  readonly note?: Calls | undefined;
  /** Until when it stays here, so that its writer may take it back. */
  readonly heldUntil?: number | undefined;
  /** How much of the file arrived, from 0 to 1. */
  readonly progress: number;
  /** When it was written. */
  readonly at: number;
  readonly state: PendingState;
  /** Why it is not through yet, in the reader's language; null while nothing was refused. */
  readonly refusal: Pick<Refused, "reason" | "text" | "retryAfterSeconds"> | null;
}

export interface OutboxEvents {
  /** The list of this topic changed. */
  changed: string;
  acknowledged: Acknowledged;
}

export interface OutboxOptions {
  readonly connection: Connection;
  /** Under which the messages are kept; one per account, or per visitor and site. */
  readonly key: string;
  readonly storage: Storage | null;
  readonly locks?: Pick<LockManager, "request"> | null;
  readonly clock?: Clock;
}

interface Kept {
  readonly client: string;
  readonly topic: string;
  readonly text: string;
  readonly file: PendingFile | null;
  /** Undefined where nothing is paid. */
  readonly deal?: Agreed | undefined;
  readonly note?: Calls | undefined;
  readonly heldUntil?: number | undefined;
  readonly at: number;
  readonly order: number;
  readonly owner: string;
}

interface Item extends Kept {
  file: PendingFile | null;
  content: File | null;
  progress: number;
  state: PendingState;
  refusal: Pending["refusal"];
  retryAt: number;
  uploading: AbortController | null;
}

/** More than that is not a person writing. */
export const outboxLimit = 500;
const frameTooLarge = "frameTooLarge";

export class Outbox extends Emitter<OutboxEvents> {
  /** Given when files can first be chosen. */
  upload: Upload | null = null;
  /** What a message is sent for, as its writer sees it at that moment: given where messages are paid. */
  deal: (() => Agreed) | null = null;
  /** How long a message stays here before it leaves. */
  holdSeconds = 0;

  readonly #options: OutboxOptions;
  readonly #clock: Clock;
  readonly #tab = randomId();
  readonly #items = new Map<string, Item>();
  readonly #watchedTabs = new Set<string>();
  /** Topics that are subscribed on the line as it is: only there may be sent. */
  readonly #open = new Set<string>();
  #order = 0;
  #cancelRetry = (): void => {};
  #running: AbortController | null = null;

  constructor(options: OutboxOptions) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? realClock;
  }

  start(): void {
    if (this.#running !== null) return;
    this.#running = new AbortController();
    const { signal } = this.#running;
    const { connection } = this.#options;
    connection.on("frame", (frame) => this.#hear(frame), signal);
    connection.on("phase", (phase) => phase === "open" || this.#open.clear(), signal);
    this.#holdOwnLock(signal);
    this.#takeOver();
    globalThis.addEventListener?.("storage", (event) => this.#noticeStorage(event), { signal });
  }

  /** Lets other tabs take over what is pending here: for `pagehide`. `start` continues. */
  stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#cancelRetry();
    this.#watchedTabs.clear();
    this.#open.clear();
    for (const item of this.#items.values()) {
      item.uploading?.abort();
      if (item.state === "sending") item.state = "waiting";
    }
  }

  /** Keeps the message and sends it as soon as may be. Null when the outbox is full. */
  add(topic: string, text: string, chosen?: ChosenFile, note?: Calls): Pending | null {
    if (this.#items.size >= outboxLimit) return null;
    const now = this.#clock.now();
    this.#order = Math.max(this.#order + 1, now);
    const file = chosen?.facts ?? null;
    const deal = this.deal?.();
    const heldUntil = this.holdSeconds > 0 && !note ? now + this.holdSeconds * 1_000 : undefined;
    const kept: Kept = {
      client: randomId(),
      topic,
      text,
      file,
      deal,
      note,
      heldUntil,
      at: now,
      order: this.#order,
      owner: this.#tab,
    };
    const item = this.#put(kept, chosen?.content);
    this.#store(kept);
    this.emit("changed", topic);
    this.#pump(topic);
    return item;
  }

  /** In the order in which they were written. */
  pending(topic: string): readonly Pending[] {
    return this.#lane(topic).map((item) => ({ ...item }));
  }

  /** Where something is pending: these topics must be subscribed for it to go out. */
  topics(): string[] {
    return [...new Set([...this.#items.values()].map((item) => item.topic))];
  }

  tryAgain(client: string): void {
    const item = this.#items.get(client);
    if (item === undefined || item.state !== "refused") return;
    // What was uploaded may be gone by now: the server keeps it for a day.
    if (item.file && item.content) item.file = { ...item.file, file: "" };
    this.#change(item, { state: "waiting", refusal: null, retryAt: 0 });
    this.#pump(item.topic);
  }

  discard(client: string): void {
    const item = this.#items.get(client);
    if (item === undefined) return;
    this.#remove(item);
    this.#pump(item.topic);
  }

  #lane(topic: string): Item[] {
    return [...this.#items.values()].filter((item) => item.topic === topic).sort((a, b) => a.order - b.order);
  }

  #hear(frame: ServerFrame): void {
    // The log is the better witness: an entry with our client id is on disk, even if its acknowledgement was lost.
    if (isEntry(frame)) return this.#settle(frame.client ?? null);
    if (frame.event !== "Subscribed") return;
    for (const entry of frame.entries) this.#settle(entry.client ?? null);
    this.#open.add(frame.topic);
    this.#pump(frame.topic);
  }

  #settle(client: string | null): void {
    const item = client === null ? undefined : this.#items.get(client);
    if (item !== undefined && item.state !== "sending") this.#remove(item);
  }

  /** Sends the first message of a topic; the next one follows its acknowledgement, so that the order holds whatever is refused. */
  #pump(topic: string): void {
    const item = this.#lane(topic).find((item) => item.state !== "lost");
    if (item === undefined || item.state !== "waiting" || this.#running === null || !this.#open.has(topic)) return;
    if (item.retryAt > this.#clock.now()) return this.#retryLater();
    const { client, text, file, deal, note } = item;
    if (file && !file.file) return this.#bring(item);
    this.#change(item, { state: "sending" });
    const what = file?.file ? { file: file.file } : { text };
    const { connection } = this.#options;
    connection.ask(
      note ? { do: "note", topic, client, text, ...note } : { do: "send", topic, client, ...deal, ...what },
    ).then(
      (answer) => this.#answered(item, answer),
      (error: unknown) => this.#lost(item, error),
    );
  }

  /** The file of a message goes before it, when its turn has come. */
  #bring(item: Item): void {
    const { topic, content } = item;
    if (content === null || this.upload === null) {
      this.#change(item, { state: "lost" });
      return this.#pump(topic);
    }
    const { signal } = item.uploading = new AbortController();
    this.#change(item, { state: "sending", progress: 0 });
    const progress = (part: number): void => this.#change(item, { progress: part });
    void this.upload(topic, content, progress, signal).then((answer) => {
      if (signal.aborted) return;
      if ("event" in answer) return this.#answered(item, answer);
      this.#change(item, { state: "waiting", file: answer, refusal: null });
      this.#store(item);
      this.#pump(topic);
    });
  }

  #answered(item: Item, answer: Answer): void {
    if (answer.event === "Acknowledged") {
      this.#remove(item);
      this.emit("acknowledged", answer);
    } else if (answer.event === "Refused") {
      const { retryAfterSeconds } = answer;
      if (retryAfterSeconds === undefined) return this.#change(item, { state: "refused", refusal: answer });
      const retryAt = this.#clock.now() + retryAfterSeconds * 1_000;
      this.#change(item, { state: "waiting", refusal: answer, retryAt });
    }
    this.#pump(item.topic);
  }

  #lost(item: Item, error: unknown): void {
    if (item.state !== "sending") return;
    const isRefused = wasTooLarge(error);
    this.#change(
      item,
      isRefused
        ? { state: "refused", refusal: { reason: frameTooLarge, text: "" } }
        : { state: "waiting", refusal: item.refusal },
    );
    this.#pump(item.topic);
  }

  #retryLater(): void {
    this.#cancelRetry();
    const now = this.#clock.now();
    // One whose time has come and that waits for something else is not waited for.
    const due = [...this.#items.values()].filter((item) => item.state === "waiting" && item.retryAt > now);
    const next = Math.min(...due.map((item) => item.retryAt));
    this.#cancelRetry = this.#clock.after(next - now, () => {
      for (const topic of this.topics()) this.#pump(topic);
    });
  }

  #put(kept: Kept, content: File | null = null): Item {
    const { file } = kept;
    const state = file && !file.file && !content ? "lost" : "waiting";
    const item: Item = {
      ...kept,
      content,
      progress: 0,
      state,
      refusal: null,
      retryAt: kept.heldUntil ?? 0,
      uploading: null,
    };
    this.#order = Math.max(this.#order, kept.order);
    this.#items.set(item.client, item);
    return item;
  }

  #change(item: Item, change: Partial<Item>): void {
    Object.assign(item, change);
    this.emit("changed", item.topic);
  }

  #remove(item: Item): void {
    if (!this.#items.delete(item.client)) return;
    item.uploading?.abort();
    this.#withStorage((storage) => storage.removeItem(this.#keyOf(item.client)));
    this.emit("changed", item.topic);
  }

  // What survives a reload.

  #keyOf(client: string): string {
    return `${this.#options.key}.${client}`;
  }

  /** What of an item lives as long as the page is set anew by `#put`. */
  #store(kept: Kept): void {
    this.#withStorage((storage) => storage.setItem(this.#keyOf(kept.client), JSON.stringify(kept)));
  }

  /** Storage can be full or forbidden; then the message lives as long as the page. */
  #withStorage<Result>(use: (storage: Storage) => Result): Result | null {
    try {
      return this.#options.storage === null ? null : use(this.#options.storage);
    } catch {
      return null;
    }
  }

  #keptByOthers(): Kept[] {
    const prefix = `${this.#options.key}.`;
    const found = this.#withStorage((storage) =>
      Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "")
        .filter((key) => key.startsWith(prefix))
        .map((key) => readKept(storage.getItem(key)))
    );
    return (found ?? []).filter((kept): kept is Kept => kept !== null && kept.owner !== this.#tab);
  }

  #lockName(tab: string): string {
    return `${this.#options.key}.tab.${tab}`;
  }

  #holdOwnLock(signal: AbortSignal): void {
    this.#options.locks?.request(this.#lockName(this.#tab), { signal }, () => untilAborted(signal)).catch(() => {});
  }

  #noticeStorage({ key }: Partial<StorageEvent>): void {
    if (key?.startsWith(`${this.#options.key}.`)) this.#takeOver();
  }

  /** Waits for the end of each other tab that has something pending. */
  #takeOver(): void {
    const signal = this.#running?.signal;
    if (signal === undefined) return;
    const { locks } = this.#options;
    for (const tab of new Set(this.#keptByOthers().map((kept) => kept.owner))) {
      if (this.#watchedTabs.has(tab)) continue;
      this.#watchedTabs.add(tab);
      if (locks === null || locks === undefined) this.#adopt(tab);
      else locks.request(this.#lockName(tab), { signal }, () => this.#adopt(tab)).catch(() => {});
    }
  }

  #adopt(tab: string): void {
    this.#watchedTabs.delete(tab);
    const orphans = this.#keptByOthers().filter((kept) => kept.owner === tab && !this.#items.has(kept.client));
    for (const orphan of orphans) {
      const kept = { ...orphan, owner: this.#tab };
      this.#store(kept);
      this.#put(kept);
    }
    for (const topic of new Set(orphans.map((orphan) => orphan.topic))) {
      this.emit("changed", topic);
      this.#pump(topic);
    }
  }
}

function readKept(text: string | null): Kept | null {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return isKept(value) ? value : null;
  } catch {
    return null;
  }
}

function isKept(value: unknown): value is Kept {
  return typeof value === "object" && value !== null && "client" in value && "owner" in value;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
