import { realClock } from "../live/clock.ts";
import type { Ending, Phase } from "../live/connection.ts";
import type { Desk } from "./desk.ts";
import { makeButton } from "./buttons.ts";
import { make } from "./make.ts";

const reloadedKey = "parley.reloaded";
/** A restart of the server is over sooner; nobody needs to read of it. */
const bannerAfterMilliseconds = 900;
/** The first line takes its time where the way is long, and nothing was interrupted. */
const slowAfterMilliseconds = 5_000;

/** Says above everything that the line is cut, or why it stays so. What is written goes on being kept. */
export class LineBanner {
  readonly #desk: Desk;
  readonly #place: HTMLElement;
  readonly #signIn: string;
  #banner: HTMLElement | null = null;
  #cancel: (() => void) | null = null;

  constructor(desk: Desk, place: HTMLElement, signIn: string, signal: AbortSignal) {
    this.#desk = desk;
    this.#place = place;
    this.#signIn = signIn;
    desk.workspace.on("phase", (phase) => this.#showPhase(phase), signal);
    desk.workspace.on("ended", (ending) => this.#showEnding(ending), signal);
    signal.addEventListener("abort", () => this.#stop());
  }

  #showPhase(phase: Phase): void {
    if (phase === "waiting" || phase === "connecting") return this.#showSoon();
    this.#stop();
    if (phase !== "open") return;
    sessionStorage.removeItem(reloadedKey);
    this.#show(null, null);
  }

  /** It counts since the line was cut, however often another was tried meanwhile. */
  #showSoon(): void {
    if (this.#cancel !== null) return;
    const { texts, workspace } = this.#desk;
    const wait = workspace.account === "" ? slowAfterMilliseconds : bannerAfterMilliseconds;
    // What the browser knows itself is said at once.
    this.#cancel = realClock.after(
      navigator.onLine ? wait : 0,
      () => this.#show(texts.say("connection.lost"), this.#makeTry()),
    );
  }

  #makeTry(): HTMLElement {
    const { texts, workspace } = this.#desk;
    const button = makeButton(texts.say("connection.now"), { "data-size": "small" });
    button.addEventListener("click", () => workspace.connection.hurry());
    return button;
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #showEnding({ why, text }: Ending): void {
    this.#stop();
    const isOutdated = why === "outdated";
    if (isOutdated && sessionStorage.getItem(reloadedKey) === null) {
      sessionStorage.setItem(reloadedKey, "yes");
      return location.reload();
    }
    const { texts } = this.#desk;
    // Back to the chat that is open: the server never sees what stands after the #.
    const here = encodeURIComponent(location.pathname + location.search + location.hash);
    const address = isOutdated ? location.href : `${this.#signIn}?next=${here}`;
    const words = texts.say(isOutdated ? "connection.reload" : "connection.signIn");
    const reason = text || texts.say(isOutdated ? "connection.outdated" : "connection.signedOut");
    this.#show(reason, make("a", { class: "button", "data-size": "small", href: address }, words));
  }

  #show(words: string | null, action: Node | null): void {
    if (words === this.#banner?.firstElementChild?.textContent) return;
    this.#banner?.remove();
    this.#banner = null;
    this.#place.style.removeProperty("--banner-size");
    if (words === null) return;
    const attributes = { class: "banner", role: "status", "data-tone": action?.nodeName === "A" ? "bad" : "wait" };
    this.#banner = make("div", attributes, make("span", {}, words), action);
    this.#place.prepend(this.#banner);
    this.#place.style.setProperty("--banner-size", `${this.#banner.offsetHeight}px`);
  }
}
