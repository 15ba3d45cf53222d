import { type Clock, realClock } from "../live/clock.ts";

/** Does something once nobody has asked for it for a moment: while somebody types, not for every letter. */
export class Debounce {
  readonly #milliseconds: number;
  readonly #clock: Clock;
  #cancel = (): void => {};

  constructor(milliseconds: number, clock: Clock = realClock) {
    this.#milliseconds = milliseconds;
    this.#clock = clock;
  }

  start(act: () => void): void {
    this.#cancel();
    this.#cancel = this.#clock.after(this.#milliseconds, act);
  }

  stop(): void {
    this.#cancel();
  }
}
