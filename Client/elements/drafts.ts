// What was begun and not sent, kept for each thread over switching and reloading. It stands on the server, too, for the writer's other
// devices (draft-keeper.ts); here it is for when there is no line.

import { Emitter } from "../live/emitter.ts";

export interface KeptDraft {
  /** Empty for what was sent or thrown away. */
  readonly text: string;
  /** When it was written: the newest one counts. */
  readonly at: number;
}

export interface DraftEvents {
  /** Written here; the topic. */
  written: string;
  /** Another device of the writer's had something newer. */
  taken: string;
}

/** Beside the text: when it was written, and whether the server has it. */
interface Stamp {
  readonly at: number;
  readonly isSaved: boolean;
}

/** What was written before there were times is older than whatever the server has. */
const unstampedAt = 1;

/** Notes have drafts of their own, which stay on their device. */
const isShared = (topic: string): boolean => /^chat\.\d+$/.test(topic);

export class Drafts extends Emitter<DraftEvents> {
  readonly #texts: string;
  readonly #stamps: string;
  readonly #storage: Storage | null;
  readonly #now: () => number;
  /** What storage would not keep, because it is full or forbidden, lives as long as the page. */
  readonly #memory = new Map<string, string>();
  readonly #stamped = new Map<string, Stamp>();

  constructor(account: string, storage: Storage | null, now: () => number = Date.now) {
    super();
    this.#texts = `parley.draft.${account}.`;
    this.#stamps = `parley.drafted.${account}.`;
    this.#storage = storage;
    this.#now = now;
  }

  get(topic: string): string {
    return this.#memory.get(topic) ?? this.#read(this.#texts + topic) ?? "";
  }

  /** What its writer has written here by now. */
  set(topic: string, text: string): void {
    const written = text.trim() === "" ? "" : text;
    if (written === this.get(topic)) return;
    this.#put(topic, written);
    if (!isShared(topic)) return;
    this.#stamp(topic, { at: Math.max(this.#now(), (this.#stampOf(topic)?.at ?? 0) + 1), isSaved: false });
    this.emit("written", topic);
  }

  /** What the server has. What is newer here stays, and goes there. */
  take(topic: string, { text, at }: KeptDraft): void {
    const known = this.#stampOf(topic)?.at ?? 0;
    if (known > at) return;
    // Another tab of this browser has put it into the storage already.
    const isNews = known === at || text !== this.get(topic);
    this.#put(topic, text);
    this.#stamp(topic, { at, isSaved: true });
    if (isNews) this.emit("taken", topic);
  }

  /** Another tab of this browser wrote to the storage: what it wrote, or sent, counts here as well. */
  noticed(key: string): void {
    const prefix = [this.#texts, this.#stamps].find((prefix) => key.startsWith(prefix));
    if (prefix === undefined) return;
    const topic = key.slice(prefix.length);
    this.#memory.delete(topic);
    this.#stamped.delete(topic);
    if (prefix === this.#texts) this.emit("taken", topic);
  }

  /** The server has what was written at that time. */
  saved(topic: string, at: number): void {
    if ((this.#stampOf(topic)?.at ?? unstampedAt) === at) this.#stamp(topic, { at, isSaved: true });
  }

  /** What the server does not have yet; null when it has it. */
  unsaved(topic: string): KeptDraft | null {
    const text = this.get(topic);
    const stamp = this.#stampOf(topic);
    if (stamp === null) return text === "" ? null : { text, at: unstampedAt };
    return stamp.isSaved ? null : { text, at: stamp.at };
  }

  /** All of which the server may lack something. */
  topics(): string[] {
    const keys = Array.from({ length: this.#storage?.length ?? 0 }, (_, index) => this.#storage?.key(index) ?? "");
    const kept = [this.#texts, this.#stamps].flatMap((prefix) =>
      keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length))
    );
    return [...new Set([...kept, ...this.#memory.keys(), ...this.#stamped.keys()])].filter(isShared);
  }

  #put(topic: string, text: string): void {
    if (text === "") this.#memory.delete(topic);
    else this.#memory.set(topic, text);
    this.#write(this.#texts + topic, text);
  }

  /** Of what is empty and on the server nothing is kept: whatever comes is newer. */
  #stamp(topic: string, stamp: Stamp): void {
    this.#stamped.set(topic, stamp);
    const isOver = stamp.isSaved && this.get(topic) === "";
    this.#write(this.#stamps + topic, isOver ? "" : JSON.stringify(stamp));
  }

  #stampOf(topic: string): Stamp | null {
    const known = this.#stamped.get(topic);
    if (known !== undefined) return known;
    const kept = this.#read(this.#stamps + topic);
    return kept === null ? null : JSON.parse(kept) as Stamp;
  }

  #write(key: string, value: string): void {
    try {
      if (value === "") this.#storage?.removeItem(key);
      else this.#storage?.setItem(key, value);
    } catch {
      // It lives in memory.
    }
  }

  #read(key: string): string | null {
    try {
      return this.#storage?.getItem(key) ?? null;
    } catch {
      return null;
    }
  }
}
