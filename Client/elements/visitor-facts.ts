import {
  type EarlierChat,
  fetchFacts,
  fetchStory,
  type SharedFile,
  type ViewedPage,
  type VisitorFacts as Facts,
} from "../live/listed.ts";
import type { MonitoredVisitor, VisitorRow } from "../live/wire.ts";
import { Debounce } from "./debounce.ts";
import type { Desk } from "./desk.ts";
import { sayKind } from "./file-checks.ts";
import { make, setAttributes } from "./make.ts";
import { addressOf, shortAddress } from "./page-address.ts";
import { makeGivenStars } from "./ratings.ts";
import { plainName } from "./texts.ts";

/** What changes in a burst is asked for once. */
const waitMilliseconds = 1_000;
const deviceTexts = { desktop: "panel.desktop", tablet: "panel.tablet", mobile: "panel.mobile" } as const;

/**
 * What the sidebar knows beside the row (E28): device, where the visitor came from, pages, files and earlier chats. It is asked for once when
 * a chat is shown, and again when its row says that something happened. `parley-look` leads to a line of the thread.
 */
export class VisitorFacts {
  readonly node = make("div", { class: "visitor-facts" });
  readonly #desk: Desk;
  readonly #wait = new Debounce(waitMilliseconds);
  #asks = new AbortController();
  #conversation = "";
  #subject = "";
  #told = "";
  #fetch: ((signal: AbortSignal) => Promise<Facts>) | null = null;

  constructor(desk: Desk, signal: AbortSignal) {
    this.#desk = desk;
    signal.addEventListener("abort", () => {
      this.#wait.stop();
      this.#asks.abort();
    });
  }

  show(row: VisitorRow): void {
    const { conversation, visitor: { page }, head, chat } = row;
    this.#conversation = conversation;
    this.#follow(`chat ${conversation}`, `${page?.at} ${head} ${chat.id} ${chat.rating}`, (signal) => (
      fetchFacts(conversation, signal)
    ));
  }

  /** Of somebody with whom there may be no chat. */
  showVisitor({ visitor, conversation, page, chat }: MonitoredVisitor): void {
    this.#conversation = conversation ?? "";
    this.#follow(`visitor ${visitor}`, `${page?.at} ${chat}`, (signal) => fetchStory(visitor, signal));
  }

  #follow(subject: string, told: string, fetch: (signal: AbortSignal) => Promise<Facts>): void {
    if (subject === this.#subject && told === this.#told) return;
    const isOther = subject !== this.#subject;
    [this.#subject, this.#told, this.#fetch] = [subject, told, fetch];
    if (!isOther) return this.#wait.start(() => void this.#ask());
    this.#wait.stop();
    this.node.replaceChildren();
    void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#asks.abort();
    this.#asks = new AbortController();
    const { signal } = this.#asks;
    const facts = await this.#fetch?.(signal).catch(() => null) ?? null;
    if (signal.aborted) return;
    if (facts !== null) return this.#draw(facts);
    // What was shown before is still true.
    if (this.node.childElementCount > 0) return;
    this.node.replaceChildren(make("p", { class: "soft", role: "status" }, this.#desk.texts.say("panel.failed")));
  }

  #draw(facts: Facts): void {
    const focused = [...this.node.querySelectorAll("a, button")].indexOf(document.activeElement ?? this.node);
    const { browser, files, chats, chatCount } = facts;
    const parts = [
      browser && this.#device(browser),
      this.#list("panel.pages", browser?.pages ?? [], "timeline", (page) => this.#page(page)),
      this.#list("panel.files", files, "shared", (file) => this.#file(file)),
      this.#list("panel.earlier", chats, "earlier", (chat) => this.#chat(chat), chatCount),
    ];
    this.node.replaceChildren(...parts.filter((part) => part instanceof HTMLElement));
    if (focused >= 0) [...this.node.querySelectorAll<HTMLElement>("a, button")][focused]?.focus();
  }

  #device(browser: NonNullable<Facts["browser"]>): HTMLElement {
    const { texts, times } = this.#desk;
    const from = addressOf(browser.referrer);
    const facts: readonly (readonly [string, Node | string])[] = [
      [texts.say("panel.device"), texts.say(deviceTexts[browser.device])],
      [texts.say("panel.browser"), browser.browser],
      [texts.say("panel.system"), browser.system],
      [texts.say("panel.language"), languageName(browser.language, texts.language)],
      [texts.say("panel.referrer"), from === null ? "" : this.#away(from, URL.parse(from)?.hostname ?? from)],
      [texts.say("panel.first"), times.moment(browser.firstAt)],
      [texts.say("panel.visits"), texts.number(browser.visits)],
    ];
    const lines = facts.filter(([, value]) => value !== "").map(([label, value]) =>
      make("div", {}, make("dt", {}, label), make("dd", {}, make("bdi", {}, value)))
    );
    return make("section", {}, this.#heading("panel.device"), make("dl", { class: "facts" }, ...lines));
  }

  #heading(key: string, count = 0): HTMLElement {
    const { texts } = this.#desk;
    return make(
      "h3",
      {},
      texts.say(key),
      ...(count > 0 ? [" ", make("span", { class: "count" }, texts.number(count))] : []),
    );
  }

  #list<One>(
    key: string,
    all: readonly One[],
    kind: string,
    item: (one: One) => HTMLElement,
    count = 0,
  ): HTMLElement | null {
    if (all.length === 0) return null;
    return make("section", {}, this.#heading(key, count), make("ol", { class: kind }, ...all.map(item)));
  }

  #away(href: string, words: string): HTMLElement {
    return make("a", { href, title: href, target: "_blank", rel: "noopener noreferrer" }, words);
  }

  #page({ url, title, at, seconds }: ViewedPage): HTMLElement {
    const address = addressOf(url);
    const words = title || shortAddress(url);
    const link = address === null ? words : this.#away(address, words);
    const time = this.#time(at);
    if (seconds > 0) time.append(` · ${clockOf(seconds)}`);
    return make("li", {}, make("bdi", {}, link), time);
  }

  #time(at: number): HTMLElement {
    const { times } = this.#desk;
    const attributes = { class: "soft", datetime: new Date(at).toISOString(), title: times.full(at) };
    return make("time", attributes, times.moment(at));
  }

  #file({ file, name, bytes, at, expired }: SharedFile): HTMLElement {
    const { texts, times } = this.#desk;
    const what = expired ? texts.say("panel.expired") : sayKind(name, bytes, texts.language);
    const words = make("small", { class: "soft" }, `${what} · ${times.moment(at)}`);
    if (expired) return make("li", {}, make("bdi", {}, name), words);
    const link = make("a", { target: "_blank", rel: "noopener" }, name);
    this.#keepFresh(link, file);
    return make("li", {}, make("bdi", {}, link), words);
  }

  /** The link to a file is good for minutes, the sidebar stays for hours. */
  #keepFresh(link: HTMLAnchorElement, file: string): void {
    const { passes } = this.#desk;
    const conversation = this.#conversation;
    const renew = async (): Promise<void> => {
      const pass = await passes.get(conversation).catch(() => null);
      if (pass !== null) setAttributes(link, { href: passes.address(file, pass) });
    };
    link.onpointerenter = link.onfocus = () => void renew();
    void renew();
  }

  #chat({ n, at, snippet, rating }: EarlierChat): HTMLElement {
    const { texts, times } = this.#desk;
    const ago = make("time", { class: "soft", datetime: new Date(at).toISOString(), title: times.full(at) });
    ago.append(times.ago(at, Date.now()));
    const words = make("bdi", {}, snippet === undefined ? texts.say("panel.wordless") : plainName(snippet));
    const stars = rating === undefined ? [] : [makeGivenStars(rating, texts.count("rating.stars", rating))];
    const button = make("button", { type: "button" }, words, ago, ...stars);
    button.onclick = () => button.dispatchEvent(new CustomEvent("parley-look", { bubbles: true, detail: n }));
    return make("li", {}, button);
  }
}

/** Minutes and seconds. */
export function clockOf(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Empty for what no language is called. */
export function languageName(tag: string, language: string): string {
  try {
    return tag === "" ? "" : new Intl.DisplayNames(language, { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
