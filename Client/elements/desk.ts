// What every element of the console works with, and the base that gives each its beginning and its end.

import type { Frame } from "../live/frame.ts";
import type { Passes } from "../live/passes.ts";
import type { Workspace } from "./workspace.ts";
import type { Drafts } from "./drafts.ts";
import type { Texts } from "./texts.ts";
import type { ListTimes } from "./list-times.ts";
import type { Story } from "./visitors-place.ts";

/** How a reader left a thread. */
export interface Bookmark {
  /** Distance from the foot in pixels; 0 means that the newest message was in view. */
  readonly fromEnd: number;
}

export interface Desk {
  readonly workspace: Workspace;
  readonly texts: Texts;
  readonly times: ListTimes;
  readonly bookmarks: Map<string, Bookmark>;
  /** Made once it is known who works here. */
  readonly drafts: () => Drafts;
  /** Files that were chosen and not sent, by conversation: the page has them as long as it lives. */
  readonly chosen: Map<string, readonly File[]>;
  readonly passes: Passes;
  /** Null on a page of Parley's own. */
  readonly frame: Frame | null;
}

/** An element between its desk and its end: whatever `begin` starts, the signal stops. */
export abstract class DeskElement extends HTMLElement {
  #desk: Desk | null = null;
  #life: AbortController | null = null;
  #isScheduled = false;

  set desk(desk: Desk) {
    this.#desk = desk;
  }

  get desk(): Desk {
    if (this.#desk === null) throw new Error(`${this.localName} is connected before it was given a desk`);
    return this.#desk;
  }

  connectedCallback(): void {
    this.#life = new AbortController();
    this.begin(this.#life.signal);
  }

  disconnectedCallback(): void {
    this.#life?.abort();
    this.#life = null;
    this.end();
  }

  protected abstract begin(signal: AbortSignal): void;

  protected end(): void {}

  /** Shows the state as it is. */
  protected abstract render(): void;

  /** Renders once for all that happens until then; a burst of frames is one rendering. */
  protected renderSoon(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setTimeout(() => {
      this.#isScheduled = false;
      if (this.#life !== null) this.render();
    }, 0);
  }

  protected say(name: string, detail: unknown = null): void {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}

declare global {
  interface HTMLElementEventMap {
    "parley-open": CustomEvent<{ readonly conversation: string; readonly join: boolean }>;
    "parley-back": CustomEvent<null>;
    "parley-panel": CustomEvent<null>;
    "parley-transfer": CustomEvent<null>;
    "parley-end": CustomEvent<null>;
    /** A line of the thread. */
    "parley-look": CustomEvent<number>;
    "parley-shortcuts": CustomEvent<null>;
    "parley-bell": CustomEvent<null>;
    "parley-undone": CustomEvent<string>;
    "parley-failure": CustomEvent<string>;
    "parley-row-transfer": CustomEvent<string>;
    "parley-row-close": CustomEvent<string>;
    "parley-story": CustomEvent<Story>;
  }
}
