interface Typing {
  readonly topic: string;
  readonly on: boolean;
  readonly text?: string;
}

/** By topic, what visitors have typed so far, where their website shows it. */
export class Typed {
  readonly #words = new Map<string, string>();

  take({ topic, on, text = "" }: Typing): void {
    if (!topic.startsWith("chat.")) return;
    if (on && text !== "") this.#words.set(topic, text);
    else this.#words.delete(topic);
  }

  in(topic: string): string {
    return this.#words.get(topic) ?? "";
  }
}
