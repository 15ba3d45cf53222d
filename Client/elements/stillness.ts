// What a pointer aims at must not move away under it.

import type { Clock } from "../live/clock.ts";

const quietMilliseconds = 1_000;
const doubleMilliseconds = 500;
const doublePixels = 8;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Knows whether a pointer is at work over a list: from its last movement there until it leaves or has been quiet for a moment. */
export class Stillness {
  readonly #clock: Clock;
  readonly #ended: () => void;
  #until = 0;
  #cancel = (): void => {};
  #pressed = { x: 0, y: 0, at: -Infinity };

  /** `ended` is called when what had to wait may move. */
  constructor(clock: Clock, ended: () => void) {
    this.#clock = clock;
    this.#ended = ended;
  }

  get holds(): boolean {
    return this.#clock.now() < this.#until;
  }

  moved(): void {
    this.#until = this.#clock.now() + quietMilliseconds;
    this.#cancel();
    this.#cancel = this.#clock.after(quietMilliseconds, () => this.left());
  }

  left(): void {
    this.#cancel();
    this.#until = 0;
    this.#ended();
  }

  /** Whether a press is the second half of a double click, which means nothing more than the first. The place is one in the list. */
  isRepeated({ x, y }: Place): boolean {
    const before = this.#pressed;
    const at = this.#clock.now();
    const isNear = Math.hypot(x - before.x, y - before.y) < doublePixels;
    this.#pressed = { x, y, at };
    return isNear && at - before.at < doubleMilliseconds;
  }
}
