import { type Clock, realClock } from "../live/clock.ts";

export const heldMilliseconds = 5_000;

/**
 * Commands that cannot be undone wait here for a moment, so that they can be taken back before they leave. Who puts the page away means
 * them: then they leave at once.
 */
export class Held {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, { readonly act: () => void; readonly cancel: () => void }>();

  constructor(clock: Clock = realClock) {
    this.#clock = clock;
  }

  has(key: string): boolean {
    return this.#waiting.has(key);
  }

  /** False when it waits already. */
  hold(key: string, act: () => void): boolean {
    if (this.#waiting.has(key)) return false;
    const cancel = this.#clock.after(heldMilliseconds, () => this.#leave(key));
    this.#waiting.set(key, { act, cancel });
    return true;
  }

  takeBack(key: string): void {
    this.#waiting.get(key)?.cancel();
    this.#waiting.delete(key);
  }

  leaveAll(): void {
    for (const key of [...this.#waiting.keys()]) this.#leave(key);
  }

  #leave(key: string): void {
    const held = this.#waiting.get(key);
    this.takeBack(key);
    held?.act();
  }
}
