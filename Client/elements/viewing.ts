// Who of the team has a chat open right now (P5), without the DOM: what is open here is said, and said again; who is not heard is gone.

import { type Clock, realClock } from "../live/clock.ts";
import type { Connection } from "../live/connection.ts";
import { Emitter } from "../live/emitter.ts";
import type { ServerFrame, Viewer } from "../live/wire.ts";
import { topicOf } from "./threads.ts";

const againMilliseconds = 15_000;
const lastsMilliseconds = 40_000;

export interface ViewingOptions {
  readonly connection: Connection;
  readonly account: () => string;
  /** Resolves when the server has answered the subscription of the chat. */
  readonly entered: (conversation: string) => Promise<void>;
  readonly clock?: Clock;
}

/** `changed`: who looks at the chat that is open here. */
export class Viewing extends Emitter<{ changed: undefined }> {
  readonly #options: ViewingOptions;
  readonly #clock: Clock;
  #conversation: string | null = null;
  /** The others, by account: until when they count. */
  readonly #others = new Map<string, { readonly viewer: Viewer; readonly until: number }>();
  #cancelAgain = (): void => {};
  #cancelEnd = (): void => {};

  constructor(options: ViewingOptions) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    options.connection.on("frame", (frame) => this.#take(frame));
    options.connection.on("phase", (phase) => phase === "open" && this.#say());
  }

  /** Who else has it open, those who came first in front. */
  get others(): readonly Viewer[] {
    return [...this.#others.values()].map(({ viewer }) => viewer);
  }

  /** What is open here and looked at; null for nothing. */
  look(conversation: string | null): void {
    if (conversation === this.#conversation) return;
    this.#cancelAgain();
    this.#tell(false);
    this.#conversation = conversation;
    this.#others.clear();
    this.#expectEnd();
    this.#say();
    this.emit("changed");
  }

  #say(): void {
    this.#cancelAgain();
    const conversation = this.#conversation;
    if (conversation === null) return;
    this.#cancelAgain = this.#clock.after(againMilliseconds, () => this.#say());
    this.#options.entered(conversation).then(
      () => conversation === this.#conversation && this.#tell(true),
      // It is said on the next line.
      () => {},
    );
  }

  #tell(on: boolean): void {
    if (this.#conversation === null) return;
    this.#options.connection.tell({ do: "view", topic: topicOf(this.#conversation), on });
  }

  #take(frame: ServerFrame): void {
    if (frame.event !== "AgentViewing" || this.#conversation === null || frame.topic !== topicOf(this.#conversation)) {
      return;
    }
    const { by, on } = frame;
    // Another page of one's own was closed: this one is still there.
    if (by.id === this.#options.account()) return on ? undefined : this.#tell(true);
    const isNews = this.#others.has(by.id) !== on;
    if (on) this.#others.set(by.id, { viewer: by, until: this.#clock.now() + lastsMilliseconds });
    else this.#others.delete(by.id);
    this.#expectEnd();
    if (!isNews) return;
    // Who has just come does not know yet who is here.
    if (on) this.#tell(true);
    this.emit("changed");
  }

  #expectEnd(): void {
    this.#cancelEnd();
    const ends = [...this.#others.values()].map(({ until }) => until);
    if (ends.length === 0) return;
    this.#cancelEnd = this.#clock.after(Math.min(...ends) - this.#clock.now() + 1, () => this.#forgetSilent());
  }

  #forgetSilent(): void {
    for (const [id, { until }] of this.#others) if (until <= this.#clock.now()) this.#others.delete(id);
    this.#expectEnd();
    this.emit("changed");
  }
}
