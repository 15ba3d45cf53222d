import { realClock } from "../live/clock.ts";
import type { Ending, Phase } from "../live/connection.ts";
import type { Desk } from "./desk.ts";
import { make } from "./make.ts";

const reloadedKey = "parley.reloaded";
/** A restart of the server is over sooner; nobody needs to read of it. */
const bannerAfterMilliseconds = 900;

/** Says above everything that the line is cut, or why it stays so. What is written goes on being kept. */
export class LineBanner {
  readonly #desk: Desk;
  readonly #place: Element;
  readonly #signIn: string;
  #banner: Element | null = null;
  #cancel = (): void => {};

  constructor(desk: Desk, place: Element, signIn: string, signal: AbortSignal) {
    this.#desk = desk;
    this.#place = place;
    this.#signIn = signIn;
    desk.workspace.on("phase", (phase) => this.#showPhase(phase), signal);
    desk.workspace.on("ended", (ending) => this.#showEnding(ending), signal);
    signal.addEventListener("abort", () => this.#cancel());
  }

  #showPhase(phase: Phase): void {
    this.#cancel();
    if (phase === "open") {
      sessionStorage.removeItem(reloadedKey);
      return this.#show(null, null);
    }
    if (phase !== "waiting" && phase !== "connecting") return;
    const { texts } = this.#desk;
    this.#cancel = realClock.after(bannerAfterMilliseconds, () => this.#show(texts.say("connection.lost"), null));
  }

  #showEnding({ why, text }: Ending): void {
    this.#cancel();
    const isOutdated = why === "outdated";
    if (isOutdated && sessionStorage.getItem(reloadedKey) === null) {
      sessionStorage.setItem(reloadedKey, "yes");
      return location.reload();
    }
    const { texts } = this.#desk;
    const address = isOutdated ? location.href : this.#signIn;
    const words = texts.say(isOutdated ? "connection.reload" : "connection.signIn");
    const reason = text || texts.say(isOutdated ? "connection.outdated" : "connection.signedOut");
    this.#show(reason, make("a", { class: "button", "data-size": "small", href: address }, words));
  }

  #show(words: string | null, action: Node | null): void {
    if (words === this.#banner?.firstElementChild?.textContent) return;
    this.#banner?.remove();
    this.#banner = null;
    if (words === null) return;
    const attributes = { class: "banner", role: "status", "data-tone": action === null ? "wait" : "bad" };
    this.#banner = make("div", attributes, make("span", {}, words), action);
    this.#place.prepend(this.#banner);
  }
}
