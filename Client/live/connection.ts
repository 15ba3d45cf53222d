// One WebSocket to /live that comes back by itself: hello, answers matched to commands, heartbeat, back-off (docs/protocol.md, 1, 2 and 5).
// What a topic means is not known here; see log.ts, states.ts and feeds.ts.

import { type Clock, realClock } from "./clock.ts";
import { Emitter } from "./emitter.ts";
import {
  type Answer,
  type Hello,
  type Question,
  readFrame,
  type Remark,
  type ServerFrame,
  type Welcome,
} from "./wire.ts";

/** `idle` was never started or was stopped by us; `ended` means that trying again would be useless. */
export type Phase = "idle" | "connecting" | "open" | "waiting" | "ended";

export interface Ending {
  /** `outdated`: load the page anew, once. `notAllowed`: say so and stop. */
  readonly why: "outdated" | "notAllowed";
  readonly code: number;
  /** What the server said, in the reader's language; empty when it said nothing. */
  readonly text: string;
}

export interface ConnectionEvents {
  phase: Phase;
  welcome: Welcome;
  /** Every frame but pings and the welcome, answers included, before the answer's promise is settled. */
  frame: ServerFrame;
  /** Heads of log topics that moved since the last ping. */
  heads: Readonly<Record<string, number>>;
  ended: Ending;
}

/** How lines are opened; another way is fetched where a WebSocket cannot be had. */
let open: NonNullable<ConnectionOptions["openSocket"]> = (address) => new WebSocket(address);

export type Socket = Pick<WebSocket, "send" | "close" | "addEventListener">;

export interface ConnectionOptions {
  readonly address: string;
  /** Asked anew at each attempt, because the page of a visitor changes. */
  readonly hello: () => Hello;
  readonly openSocket?: (address: string, attempt: number) => Socket;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Tells when the network goes and comes, and when somebody looks at the page again: the window. */
  readonly network?: EventTarget;
}

/** The line was cut before the answer came: the command may or may not have been done. */
export class ConnectionLost extends Error {
  constructor(readonly code: number) {
    super(`line lost (${code})`);
  }
}

const silenceLimitMilliseconds = 25_000;
/** The server sounds every 10 s: a line that missed one is not waited for when there is a reason to doubt it. */
const doubtMilliseconds = 12_000;
const answerLimitMilliseconds = 20_000;
const halfFirstBackOffMilliseconds = 250;
const longestBackOffMilliseconds = 15_000;
const frameTooLarge = 1009;
const unanswered = 4408;

interface Waiting {
  readonly settle: (answer: Answer) => void;
  readonly fail: (error: ConnectionLost) => void;
  readonly forget: () => void;
}

export class Connection extends Emitter<ConnectionEvents> {
  phase: Phase = "idle";
  welcome: Welcome | null = null;

  readonly #options: ConnectionOptions;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting>();
  #socket: Socket | null = null;
  #attempt = 0;
  #lastId = 0;
  #lastRefusal = "";
  #doubtAt = 0;
  #cancelSilence = (): void => {};
  #cancelBackOff = (): void => {};
  #running: AbortController | null = null;

  constructor(options: ConnectionOptions) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? realClock;
  }

  start(): void {
    if (this.#running) return;
    this.#running = new AbortController();
    this.#attempt = 0;
    for (const name of ["online", "offline", "visibilitychange"]) {
      this.#options.network?.addEventListener(name, () => this.hurry(name === "offline"), this.#running);
    }
    this.#connect();
  }

  /** Closes for good; `start` may be called again. */
  stop(): void {
    this.#finish("idle");
  }

  /** Tries at once when it was waiting for the next attempt, or when the line has been silent; one that is known to be cut waits. */
  hurry(isCut = false): void {
    const socket = this.#socket;
    if (socket && (isCut || this.#clock.now() > this.#doubtAt)) {
      // A dead line may never report its close, so it is let go of first.
      this.#lost(1006);
      socket.close();
    }
    if (isCut || this.phase !== "waiting") return;
    this.#attempt = 0;
    this.#connect();
  }

  /** Rejects with `ConnectionLost` when no line is open, when it is cut, or after 20 s. A refusal is an answer, not an error. */
  ask(question: Question): Promise<Answer> {
    const socket = this.#socket;
    if (this.phase !== "open" || socket === null) return Promise.reject(new ConnectionLost(unanswered));
    const id = `c${++this.#lastId}`;
    return new Promise((resolve, reject) => {
      const expire = this.#clock.after(answerLimitMilliseconds, () => this.#fail(id, unanswered));
      this.#waiting.set(id, { settle: resolve, fail: reject, forget: expire });
      socket.send(JSON.stringify({ ...question, id }));
    });
  }

  /** Says something that needs no answer; nothing happens when no line is open. */
  tell(remark: Remark): void {
    if (this.phase === "open") this.#socket?.send(JSON.stringify(remark));
  }

  #connect(): void {
    this.#cancelBackOff();
    this.#setPhase("connecting");
    const socket = this.#open();
    // A page's policy can forbid the address outright; that must not throw into the page.
    if (!socket) return this.#lost(1006);
    this.#socket = socket;
    socket.addEventListener("open", () => socket.send(JSON.stringify(this.#options.hello())));
    socket.addEventListener("message", (event) => {
      if (this.#socket === socket && typeof event.data === "string") this.#receive(event.data);
    });
    socket.addEventListener("close", (event) => {
      if (this.#socket === socket) this.#lost(event.code, event.reason);
    });
    this.#expectSound();
  }

  #open(): Socket | null {
    const { address, openSocket = open } = this.#options;
    try {
      return openSocket(address, this.#attempt);
    } catch {
      return null;
    }
  }

  #receive(text: string): void {
    this.#expectSound();
    const frame = readFrame(text);
    if (frame === null) return;
    if (frame.event === "Welcome") return this.#welcomed(frame);
    if (frame.event === "Ping") {
      this.tell({ do: "pong" });
      return this.emit("heads", frame.heads);
    }
    if (frame.event === "Refused" && frame.id === undefined) this.#lastRefusal = frame.text;
    this.emit("frame", frame);
    if ("id" in frame && typeof frame.id === "string") this.#takeOut(frame.id)?.settle(frame as Answer);
  }

  #welcomed(welcome: Welcome): void {
    this.#attempt = 0;
    this.welcome = welcome;
    this.#setPhase("open");
    this.emit("welcome", welcome);
  }

  /** What waits for the answer to this command waits no longer. */
  #takeOut(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.forget();
    return waiting;
  }

  #fail(id: string, code: number): void {
    this.#takeOut(id)?.fail(new ConnectionLost(code));
  }

  #expectSound(): void {
    this.#cancelSilence();
    this.#doubtAt = this.#clock.now() + doubtMilliseconds;
    this.#cancelSilence = this.#clock.after(silenceLimitMilliseconds, () => this.hurry(true));
  }

  /** The reason of a server that stops is over how many seconds its clients spread. */
  #lost(code: number, reason = ""): void {
    if (code === 4400 || code === 4426) return this.#end("outdated", code);
    if (code === 4401 || code === 4403) return this.#end("notAllowed", code);
    this.#release(code);
    if (this.#attempt++ > 0) import("./polling.ts").then((module) => open = module.open, () => {});
    const longest = +reason * 1000 ||
      Math.min(halfFirstBackOffMilliseconds * 2 ** this.#attempt, longestBackOffMilliseconds);
    this.#cancelBackOff = this.#clock.after((this.#options.random ?? Math.random)() * longest, () => this.#connect());
    this.#setPhase("waiting");
  }

  #end(why: Ending["why"], code: number): void {
    const text = this.#lastRefusal;
    this.#finish("ended", code);
    this.emit("ended", { why, code, text });
  }

  #finish(phase: "idle" | "ended", code = 1000): void {
    this.#running?.abort();
    this.#running = null;
    this.#cancelBackOff();
    const socket = this.#socket;
    this.#release(code);
    socket?.close(1000);
    this.#setPhase(phase);
  }

  /** Lets go of the socket; every open question learns that its answer will not come. */
  #release(code: number): void {
    this.#cancelSilence();
    this.#socket = null;
    for (const id of this.#waiting.keys()) this.#fail(id, code);
  }

  #setPhase(phase: Phase): void {
    if (this.phase === phase) return;
    this.phase = phase;
    this.emit("phase", phase);
  }
}

/** Whether the frame that was on its way must not be sent again. */
export function wasTooLarge(error: unknown): boolean {
  return error instanceof ConnectionLost && error.code === frameTooLarge;
}
