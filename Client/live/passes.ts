// What a link to a file needs: short-lived passes, one for all files of a conversation and this reader.

import { type Clock, realClock } from "./clock.ts";

export interface Pass {
  readonly pass: string;
  readonly expires: number;
}

export interface PassesOptions {
  /** Empty for the page's own. */
  readonly origin: string;
  /** Of a visitor; an agent has a session. */
  readonly authorization: string | null;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
}

/** A pass is used as long as the file can be expected to arrive before it ends. */
const leastMilliseconds = 60_000;
const retryMilliseconds = 5_000;
const mostTries = 60;

export class Passes {
  readonly #options: PassesOptions;
  readonly #clock: Clock;
  readonly #held = new Map<string, Pass>();
  readonly #asked = new Map<string, Promise<Pass>>();

  constructor(options: PassesOptions) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
  }

  isFresh(pass: Pass | null | undefined): pass is Pass {
    return !!pass && pass.expires - this.#clock.now() > leastMilliseconds;
  }

  /** One that is good for a while. Waits for a lost line to come back; rejects where the reader may not look. */
  get(conversation: string): Promise<Pass> {
    const held = this.#held.get(conversation);
    if (this.isFresh(held)) return Promise.resolve(held);
    const asked = this.#asked.get(conversation) ??
      this.#ask(conversation).finally(() => this.#asked.delete(conversation));
    this.#asked.set(conversation, asked);
    return asked;
  }

  /** The server would not have it any more. */
  drop(conversation: string, pass: Pass): void {
    if (this.#held.get(conversation)?.pass === pass.pass) this.#held.delete(conversation);
  }

  address(file: string, { pass }: Pass): string {
    return `${this.#options.origin}/files/${file}?pass=${encodeURIComponent(pass)}`;
  }

  async #ask(conversation: string): Promise<Pass> {
    for (let tried = 0; tried < mostTries; tried += 1) {
      const response = await this.#request(conversation).catch(() => null);
      if (response?.ok) {
        const pass = await response.json() as Pass;
        this.#held.set(conversation, pass);
        return pass;
      }
      if (response !== null && [401, 403, 404].includes(response.status)) break;
      await new Promise<void>((resolve) => this.#clock.after(retryMilliseconds, resolve));
    }
    throw new Error("no pass");
  }

  #request(conversation: string): Promise<Response> {
    const { origin, authorization } = this.#options;
    const request = this.#options.fetch ?? fetch;
    const address = `${origin}/api/v1/chats/${conversation}/pass`;
    if (authorization === null) return request(address, { headers: { Accept: "application/json" } });
    return request(address, { headers: { Authorization: authorization }, credentials: "omit" });
  }
}
