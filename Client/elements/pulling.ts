import { down } from "./drawings.ts";
import { atRest, type Pull, pulled, pullNeedsPixels, type Touch } from "./gestures.ts";
import { tickFinger } from "./haptics.ts";
import { icon } from "./icons.ts";
import { make, setAttributes, setText } from "./make.ts";
import type { Texts } from "./texts.ts";

/** Shorter would not be seen as anything. */
const shownMilliseconds = 600;

/**
 * A list that is pulled down from its top is loaded anew (E73). Touches and not pointers: a browser takes a pointer away when it
 * could scroll.
 */
export class PullToRefresh {
  readonly node: HTMLElement;
  readonly #words = make("span");
  readonly #texts: Texts;
  readonly #refresh: () => Promise<void>;
  readonly #place: HTMLElement;
  #state: Pull = atRest;

  constructor(place: HTMLElement, texts: Texts, refresh: () => Promise<void>, signal: AbortSignal) {
    this.#place = place;
    this.#texts = texts;
    this.#refresh = refresh;
    this.node = make("div", { class: "pull" }, icon(down), this.#words);
    for (const [name, kind] of [["touchstart", "down"], ["touchmove", "move"]] as const) {
      place.addEventListener(name, (event) => this.#touched(event, kind), { signal, passive: true });
    }
    place.addEventListener("touchend", () => this.#take({ kind: "up" }), { signal });
    place.addEventListener("touchcancel", () => this.#take({ kind: "cancel" }), { signal });
  }

  /** As if it had been pulled. */
  async run(): Promise<void> {
    if (this.node.dataset["state"] === "busy") return;
    this.#show("busy", pullNeedsPixels);
    await Promise.all([this.#refresh(), new Promise((resolve) => setTimeout(resolve, shownMilliseconds))]);
    this.#show(null, 0);
  }

  #touched({ touches }: TouchEvent, kind: "down" | "move"): void {
    const touch = touches[0];
    // Two fingers zoom.
    if (touch === undefined || touches.length > 1) return this.#take({ kind: "cancel" });
    this.#take({ kind, x: touch.clientX, y: touch.clientY });
  }

  #take(touch: Touch): void {
    if (this.node.dataset["state"] === "busy") return;
    const before = this.#state;
    this.#state = pulled(before, touch, this.#place.scrollTop <= 0);
    const wasFar = before.kind === "pulling" && before.by >= pullNeedsPixels;
    if (this.#state.kind === "pulling") {
      const { by } = this.#state;
      const isFar = by >= pullNeedsPixels;
      if (isFar && !wasFar) tickFinger();
      this.#show(isFar ? "far" : "near", by);
    } else if (before.kind === "pulling") {
      if (wasFar && touch.kind === "up") void this.run();
      else this.#show(null, 0);
    }
  }

  #show(state: "near" | "far" | "busy" | null, pixels: number): void {
    setAttributes(this.node, { "data-state": state, role: state === "busy" && "status" });
    this.node.style.setProperty("--pull", `${pixels}px`);
    const key = state === "busy" ? "list.refreshing" : state === "far" ? "list.letGo" : "list.pull";
    setText(this.#words, state === null ? "" : this.#texts.say(key));
  }
}
