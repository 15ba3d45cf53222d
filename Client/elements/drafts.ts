// What was begun and not sent, kept for each thread over switching and reloading.

export class Drafts {
  readonly #prefix: string;
  readonly #storage: Storage | null;
  /** What storage would not keep, because it is full or forbidden, lives as long as the page. */
  readonly #memory = new Map<string, string>();

  constructor(account: string, storage: Storage | null) {
    this.#prefix = `parley.draft.${account}.`;
    this.#storage = storage;
  }

  get(topic: string): string {
    return this.#memory.get(topic) ?? this.#read(topic) ?? "";
  }

  set(topic: string, text: string): void {
    if (text.trim() === "") return this.drop(topic);
    this.#memory.set(topic, text);
    try {
      this.#storage?.setItem(this.#prefix + topic, text);
    } catch {
      // Kept in memory above.
    }
  }

  drop(topic: string): void {
    this.#memory.delete(topic);
    try {
      this.#storage?.removeItem(this.#prefix + topic);
    } catch {
      // Nothing was kept there.
    }
  }

  #read(topic: string): string | null {
    try {
      return this.#storage?.getItem(this.#prefix + topic) ?? null;
    } catch {
      return null;
    }
  }
}
