const turnMilliseconds = 1_000;

export interface BeaconOptions {
  /** The address of the icon that stands in the tab while something calls; empty for none. */
  readonly icon: string;
  /** Whether nothing may move. */
  readonly isStill: () => boolean;
  readonly page: Pick<Document, "title" | "querySelector">;
}

/** The title and the icon of a tab, which call those who look elsewhere (C18). */
export class Beacon {
  readonly #options: BeaconOptions;
  readonly #link: HTMLLinkElement | null;
  readonly #quietIcon: string;
  #quiet: string;
  #words = "";
  #isTurned = false;
  #timer = 0;

  constructor(options: BeaconOptions, signal: AbortSignal) {
    this.#options = options;
    this.#link = options.page.querySelector<HTMLLinkElement>("link[rel=icon]");
    this.#quietIcon = this.#link?.href ?? "";
    this.#quiet = options.page.title;
    signal.addEventListener("abort", () => this.rest());
  }

  /** The title while nothing calls. The browser carries every assignment out to its window, also one that changes nothing. */
  set title(title: string) {
    if (this.#quiet === title) return;
    this.#quiet = title;
    if (!this.#isTurned) this.#options.page.title = title;
  }

  call(words: string): void {
    this.rest();
    const { icon, isStill } = this.#options;
    this.#words = words;
    if (this.#link && icon !== "") this.#link.href = icon;
    this.#turn();
    if (!isStill()) this.#timer = setInterval(() => this.#turn(), turnMilliseconds);
  }

  rest(): void {
    clearInterval(this.#timer);
    this.#isTurned = false;
    const { page } = this.#options;
    if (page.title !== this.#quiet) page.title = this.#quiet;
    if (this.#link && this.#link.href !== this.#quietIcon) this.#link.href = this.#quietIcon;
  }

  #turn(): void {
    this.#isTurned = !this.#isTurned;
    this.#options.page.title = this.#isTurned ? `● ${this.#words}` : this.#quiet;
  }
}
