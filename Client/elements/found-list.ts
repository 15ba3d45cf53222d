import { fetchFound, type FoundChat } from "../live/listed.ts";
import { Debounce } from "./debounce.ts";
import type { Desk } from "./desk.ts";
import { makeFace, showFace } from "./face.ts";
import { make, setText } from "./make.ts";
import { nameOf } from "./row.ts";
import { moved, type Step } from "./movement.ts";

/** Two characters, or one that says something by itself; SearchWords.swift asks for the same. */
const enough = /..|\p{Extended_Pictographic}|\p{Ideographic}/u;
const waitMilliseconds = 250;
/** What was just said can be found a second later: where nothing is found, it is looked for once more. SearchIndex.swift says when. */
const againMilliseconds = 1_300;
/** Of more the server tells the newest; SearchQuery.swift has the same number. */
const foundAtMost = 30;

/** What was found while somebody types (E57): who, where, when, and the words around. It stands in the place of the lists. */
export class FoundList {
  readonly node: HTMLElement;
  readonly #desk: Desk;
  readonly #said = make("p", { class: "nothing", role: "status" });
  readonly #list = make("ol", { class: "found" });
  readonly #changed: (isOpen: boolean) => void;
  readonly #wait = new Debounce(waitMilliseconds);
  readonly #again = new Debounce(againMilliseconds);
  #asks = new AbortController();
  #words = "";

  constructor(desk: Desk, changed: (isOpen: boolean) => void) {
    this.#desk = desk;
    this.#changed = changed;
    this.node = make(
      "section",
      { hidden: true, "aria-label": desk.texts.say("search.results") },
      this.#said,
      this.#list,
    );
  }

  get isOpen(): boolean {
    return !this.node.hidden;
  }

  /** Follows what somebody types; too little of it gives the lists back. */
  look(words: string): void {
    const wanted = words.trim();
    if (wanted === this.#words) return;
    this.#words = wanted;
    this.stop();
    const isEnough = enough.test(wanted);
    if (this.isOpen !== isEnough) {
      this.node.hidden = !isEnough;
      this.#changed(isEnough);
    }
    if (!isEnough) return this.#list.replaceChildren();
    this.#wait.start(() => void this.#ask(wanted, true));
  }

  stop(): void {
    this.#wait.stop();
    this.#again.stop();
    this.#asks.abort();
  }

  /** Moves the focus among what was found. */
  move(step: Step): void {
    const links = [...this.#list.querySelectorAll<HTMLElement>("a")];
    const current = links.find((link) => link === document.activeElement) ?? null;
    const goal = moved(links, current, step);
    goal?.focus();
  }

  async #ask(words: string, isFirst: boolean): Promise<void> {
    const { texts, workspace } = this.#desk;
    this.#asks = new AbortController();
    const { signal } = this.#asks;
    const found = await fetchFound(words, signal).catch(() => null);
    if (signal.aborted) return;
    if (found === null) {
      this.#list.replaceChildren();
      return setText(this.#said, texts.say("search.failed"));
    }
    workspace.keep(found);
    if (isFirst && found.length === 0) this.#again.start(() => void this.#ask(words, false));
    setText(this.#said, this.#count(found.length));
    this.#list.replaceChildren(...found.map((one) => this.#item(one)));
  }

  #count(count: number): string {
    const { texts } = this.#desk;
    if (count === 0) return texts.say("search.nothing");
    return count < foundAtMost ? texts.count("search.found", count) : texts.say("search.newest", { count });
  }

  #item(found: FoundChat): HTMLElement {
    const { texts, times, workspace } = this.#desk;
    const { row, at } = found;
    const site = workspace.siteOf(row);
    const face = makeFace({ name: row.visitor.name });
    showFace(face, {
      name: row.visitor.name,
      tone: row.chat.state === "waiting" ? "wait" : row.chat.state === "closed" ? "grey" : null,
      presence: row.visitor.online ? "online" : "offline",
    });
    const words = found.excerpt.map((piece, index) => index % 2 === 1 ? make("mark", {}, piece) : piece);
    const link = make(
      "a",
      { class: "row", href: `#${row.conversation}`, "data-conversation": row.conversation, "data-n": found.n },
      face,
      make("b", {}, make("bdi", {}, nameOf(row, this.#desk))),
      make("time", { datetime: new Date(at).toISOString(), title: times.full(at) }, times.stamp(at, Date.now())),
      make("span", { class: "site" }, make("bdi", {}, site?.name ?? texts.say("search.ownThread"))),
      make("span", { class: "excerpt" }, make("bdi", {}, ...words)),
    );
    if (site !== null) link.style.setProperty("--hue", String(site.hue));
    return make("li", {}, link);
  }
}
