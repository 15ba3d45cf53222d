import type { Present } from "../live/monitored.ts";
import type { Desk } from "./desk.ts";
import type { ParleyVisitors } from "./parley-visitors.ts";

/** Who is told of beside the live page. */
export interface Story {
  readonly visitor: Present;
  readonly isHere: boolean;
}

export const visitorsHash = "#visitors";

/** Where the live page (E52) stands in the console. Its module is fetched when it is first opened, and it follows nothing while it is not. */
export class VisitorsPlace {
  /** Null while it is not open. */
  node: ParleyVisitors | null = null;
  #story: Story | null = null;
  readonly #desk: Desk;
  readonly #main: HTMLElement;
  readonly #failed: () => void;

  constructor(desk: Desk, main: HTMLElement, failed: () => void) {
    this.#desk = desk;
    this.#main = main;
    this.#failed = failed;
  }

  /** A frame is for talking. */
  get isOpen(): boolean {
    return this.#desk.frame === null && location.hash === visitorsHash;
  }

  get story(): Story | null {
    return this.#story;
  }

  set story(story: Story | null) {
    this.#story = story;
    if (story === null) this.node?.removeAttribute("opened");
    else if (this.node?.getAttribute("opened") !== story.visitor.visitor) {
      this.node?.setAttribute("opened", story.visitor.visitor);
    }
  }

  /** Shows it, or puts it away. */
  async settle(): Promise<void> {
    if (!this.isOpen) {
      this.story = null;
      this.node?.remove();
      this.node = null;
      return;
    }
    const module = await import("./parley-visitors.ts").catch(() => null);
    if (module === null) return this.#failed();
    if (!this.isOpen || this.node !== null) return;
    this.node = document.createElement("parley-visitors") as ParleyVisitors;
    this.node.desk = this.#desk;
    this.#main.append(this.node);
  }
}
