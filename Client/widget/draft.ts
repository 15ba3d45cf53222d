// What was begun and not sent: the fields of the form and the words in the composer. It survives a reload of the page.

import { type Lead, randomId } from "../live/wire.ts";

export interface DraftContent extends Lead {
  readonly text: string;
  /** The client id of the offline message, made with the draft, so that a retry after a reload is stored once. */
  readonly client: string;
}

const empty: Omit<DraftContent, "client"> = { name: "", email: "", phone: "", service: "", text: "" };

export class Draft {
  #content: DraftContent;
  readonly #key: string;
  readonly #storage: Storage | null;

  constructor(key: string, storage: Storage | null) {
    this.#key = key;
    this.#storage = storage;
    this.#content = { ...empty, client: randomId(), ...this.#read() };
  }

  get content(): DraftContent {
    return this.#content;
  }

  change(change: Partial<DraftContent>): void {
    this.#content = { ...this.#content, ...change };
    try {
      this.#storage?.setItem(this.#key, JSON.stringify(this.#content));
    } catch {
      // Then it lives as long as the page.
    }
  }

  /** The form arrived: its fields are the server's now. */
  dropForm(): void {
    this.change({ ...empty, text: this.#content.text });
  }

  dropText(): void {
    this.change({ text: "", client: randomId() });
  }

  #read(): Partial<DraftContent> {
    try {
      return JSON.parse(this.#storage?.getItem(this.#key) ?? "{}") as Partial<DraftContent>;
    } catch {
      return {};
    }
  }
}
