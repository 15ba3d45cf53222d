// Takes drafts to the server and from it, so that they are there on every device of their writer's.

import { type Clock, realClock } from "../live/clock.ts";
import type { Drafts } from "./drafts.ts";
import { conversationOf, topicOf } from "./threads.ts";
import type { Workspace } from "./workspace.ts";
import { longestText } from "./writing.ts";

/** While somebody types it is said now and then; what was sent or thrown away is said at once. */
const saveMilliseconds = 1_500;

const isKeepable = (text: string): boolean => [...text].length <= longestText;

export class DraftKeeper {
  readonly #workspace: Workspace;
  readonly #drafts: () => Drafts;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  /** What is said in a moment, by topic. */
  readonly #soon = new Map<string, () => void>();
  #listens = false;

  /** `drafts` are asked for once it is known whose they are. */
  constructor(workspace: Workspace, drafts: () => Drafts, signal: AbortSignal, clock: Clock = realClock) {
    this.#workspace = workspace;
    this.#drafts = drafts;
    this.#signal = signal;
    this.#clock = clock;
    globalThis.addEventListener?.("storage", ({ key }: Partial<StorageEvent>) => {
      if (this.#listens && key) drafts().noticed(key);
    }, { signal });
    workspace.on("me", (snapshot) => this.#resume(snapshot.drafts ?? []), signal);
    workspace.connection.on("frame", (frame) => {
      if (frame.event === "DraftChanged") drafts().take(topicOf(frame.conversation), frame);
    }, signal);
  }

  /** Before the page goes: what was typed last does not wait. */
  flush(): void {
    for (const topic of [...this.#soon.keys()]) this.#save(topic);
  }

  /** The desk says what stands there; what is newer here was written without a line. */
  #resume(kept: readonly { readonly conversation: string; readonly text: string; readonly at: number }[]): void {
    const drafts = this.#drafts();
    if (!this.#listens) drafts.on("written", (topic) => this.#written(topic), this.#signal);
    this.#listens = true;
    for (const draft of kept) drafts.take(topicOf(draft.conversation), draft);
    for (const topic of drafts.topics()) if (!this.#soon.has(topic)) this.#save(topic);
  }

  #written(topic: string): void {
    if (this.#drafts().get(topic) === "") return this.#save(topic);
    if (this.#soon.has(topic)) return;
    this.#soon.set(topic, this.#clock.after(saveMilliseconds, () => this.#save(topic)));
  }

  /** When the line is cut it is said again with the next desk. */
  #save(topic: string): void {
    this.#soon.get(topic)?.();
    this.#soon.delete(topic);
    const drafts = this.#drafts();
    const draft = drafts.unsaved(topic);
    // Nobody keeps what is longer than a message; one that is longer than a frame would cost the line, with each new desk again.
    if (draft === null || !isKeepable(draft.text)) return;
    const { connection, account } = this.#workspace;
    connection.ask({ do: "draft", topic: `agent.${account}`, conversation: conversationOf(topic), ...draft }).then(
      // What the server will not have stays on this device.
      () => drafts.saved(topic, draft.at),
      () => {},
    );
  }
}
