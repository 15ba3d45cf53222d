// The chats that somebody has open beside each other (E24a), kept for a page over its reloads.

import type { VisitorRow } from "../live/wire.ts";
import { hasJoined } from "./unread.ts";

/** More could not be told apart. */
export const mostTabs = 12;

/** Whether a chat stays open when one looks elsewhere: those one is in, and for who only reads those that go on. */
export function staysOpen(row: VisitorRow | undefined, account: string, mayWrite: boolean): boolean {
  return row !== undefined && (hasJoined(row, account) || (!mayWrite && row.chat.state === "active"));
}

export class OpenTabs {
  readonly #key: string;
  readonly #storage: Storage | null;
  #all: readonly string[];

  constructor(account: string, storage: Storage | null) {
    this.#key = `parley.tabs.${account}`;
    this.#storage = storage;
    this.#all = this.#read();
  }

  /** Conversations, in the order in which they were opened. */
  get all(): readonly string[] {
    return this.#all;
  }

  /** One is open now. What was only looked into goes with the look. */
  settle(opened: string | null, stays: (conversation: string) => boolean): void {
    const kept = this.#all.filter((conversation) => conversation === opened || stays(conversation));
    const all = opened === null || kept.includes(opened) ? kept : [...kept, opened];
    const surplus = all.length - mostTabs;
    this.#set(all.filter((conversation, index) => conversation === opened || index >= surplus));
  }

  /** Answers what takes its place: the next one, or the last. */
  close(conversation: string): string | null {
    const place = this.#all.indexOf(conversation);
    this.#set(this.#all.filter((other) => other !== conversation));
    return this.#all[Math.min(Math.max(place, 0), this.#all.length - 1)] ?? null;
  }

  #set(all: readonly string[]): void {
    this.#all = all;
    try {
      this.#storage?.setItem(this.#key, all.join(" "));
    } catch {
      // They are there as long as the page.
    }
  }

  #read(): readonly string[] {
    try {
      const kept = this.#storage?.getItem(this.#key) ?? "";
      return kept.split(" ").filter((conversation) => /^\d+$/.test(conversation));
    } catch {
      return [];
    }
  }
}
