import {
  type EarlierChat,
  fetchFacts,
  fetchStory,
  type SharedFile,
  type ViewedPage,
  type VisitAction,
  type VisitorFacts as Facts,
} from "../live/listed.ts";
import type { MonitoredVisitor, VisitorRow } from "../live/wire.ts";
import { Debounce } from "./debounce.ts";
import type { Desk } from "./desk.ts";
import { sayKind } from "./file-checks.ts";
import { make, setAttributes } from "./make.ts";
import { addressOf, shortAddress } from "./page-address.ts";
import { placeName } from "./place-name.ts";
import { makeGivenStars } from "./ratings.ts";
import { plainName } from "./texts.ts";

/** What changes in a burst is asked for once. */
const waitMilliseconds = 1_000;
/** Pages tell how they are looked at, and nobody is told of that: who looks on asks now and then. */
const againMilliseconds = 20_000;
const sourceTexts = {
  direct: "source.direct",
  search: "source.search",
  social: "source.social",
  paidSearch: "source.paidSearch",
  paidSocial: "source.paidSocial",
  mail: "source.mail",
  referral: "source.referral",
  campaign: "source.campaign",
} as const;
const actionTexts = {
  form: "action.form",
  action: "action.action",
  download: "action.download",
  cart: "action.cart",
  event: "action.event",
  goal: "action.goal",
} as const;
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
  #isOnline = false;
  #hasFailed = false;

  constructor(desk: Desk, signal: AbortSignal) {
    this.#desk = desk;
    const again = setInterval(() => {
      if (this.#isOnline && !document.hidden && this.node.isConnected) void this.#ask();
    }, againMilliseconds);
    desk.workspace.on("phase", (phase) => phase === "open" && this.#hasFailed && void this.#ask(), signal);
    signal.addEventListener("abort", () => {
      clearInterval(again);
      this.#wait.stop();
      this.#asks.abort();
    });
  }

  show(row: VisitorRow): void {
    const { conversation, visitor: { page, online }, head, chat } = row;
    this.#conversation = conversation;
    this.#isOnline = online;
    this.#follow(`chat ${conversation}`, `${page?.at} ${online} ${head} ${chat.id} ${chat.rating}`, (signal) => (
      fetchFacts(conversation, signal)
    ));
  }

  /** Of somebody with whom there may be no chat. */
  showVisitor({ visitor, conversation, page, chat }: MonitoredVisitor, isHere: boolean): void {
    this.#conversation = conversation ?? "";
    this.#isOnline = isHere;
    this.#follow(`visitor ${visitor}`, `${page?.at} ${isHere} ${chat}`, (signal) => fetchStory(visitor, signal));
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
    this.#hasFailed = facts === null;
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
      browser && this.#way(browser),
      this.#list("panel.actions", browser?.actions ?? [], "timeline", (action) => this.#action(action)),
      this.#list(
        "panel.pages",
        browser?.pages ?? [],
        "timeline",
        (page) => this.#page(page, page === browser?.pages[0]),
      ),
      this.#list("panel.files", files, "shared", (file) => this.#file(file)),
      this.#list("panel.earlier", chats, "earlier", (chat) => this.#chat(chat), chatCount),
    ];
    this.node.replaceChildren(...parts.filter((part) => part instanceof HTMLElement));
    if (focused >= 0) [...this.node.querySelectorAll<HTMLElement>("a, button")][focused]?.focus();
  }

  #device(browser: NonNullable<Facts["browser"]>): HTMLElement | null {
    const { texts, times } = this.#desk;
    return this.#facts("panel.device", [
      [texts.say("panel.place"), placeName(browser, texts.language)],
      [texts.say("panel.device"), texts.say(deviceTexts[browser.device])],
      [texts.say("panel.browser"), browser.browser],
      [texts.say("panel.system"), browser.system],
      [texts.say("panel.language"), languageName(browser.language, texts.language)],
      [texts.say("panel.first"), times.moment(browser.firstAt)],
      [texts.say("panel.visits"), texts.number(browser.visits)],
    ]);
  }

  /** How the last visit began (E49). */
  #way({ source, referrer, landing }: NonNullable<Facts["browser"]>): HTMLElement | null {
    const { texts } = this.#desk;
    const said = source && texts.say(sourceTexts[source.kind]);
    return this.#facts("panel.way", [
      [texts.say("panel.source"), source && source.name !== "" ? `${said} · ${source.name}` : said ?? ""],
      [texts.say("panel.campaign"), source?.campaign ?? ""],
      [texts.say("panel.medium"), source?.medium ?? ""],
      [texts.say("panel.term"), source?.term ?? ""],
      [texts.say("panel.content"), source?.content ?? ""],
      [texts.say("panel.referrer"), this.#link(referrer, (address) => address.hostname)],
      [texts.say("panel.landing"), this.#link(landing, () => shortAddress(landing))],
    ]);
  }

  /** Only what is known has a line. */
  #facts(title: string, facts: readonly (readonly [string, Node | string])[]): HTMLElement | null {
    const lines = facts.filter(([, value]) => value !== "").map(([label, value]) =>
      make("div", {}, make("dt", {}, label), make("dd", {}, make("bdi", {}, value)))
    );
    return lines.length === 0
      ? null
      : make("section", {}, this.#heading(title), make("dl", { class: "facts" }, ...lines));
  }

  #link(url: string, words: (address: URL) => string): Node | "" {
    const href = addressOf(url);
    const address = href === null ? null : URL.parse(href);
    return href === null || address === null ? "" : this.#away(href, words(address));
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

  #action({ kind, label, value, at }: VisitAction): HTMLElement {
    const { texts } = this.#desk;
    const time = this.#time(at);
    time.prepend(`${texts.say(actionTexts[kind])} · `);
    return make("li", {}, make("bdi", {}, value === "" ? label : `${label} · ${value}`), time);
  }

  /** The one that is looked at now is told apart (E50). */
  #page({ url, title, at, seconds, depth }: ViewedPage, isLast: boolean): HTMLElement {
    const { texts } = this.#desk;
    const address = addressOf(url);
    const words = title || shortAddress(url);
    const link = address === null ? words : this.#away(address, words);
    const time = this.#time(at);
    if (seconds > 0) time.append(` · ${clockOf(seconds)}`);
    if (depth > 0) time.append(` · ${texts.say("panel.depth", { depth: percent(depth, texts.language) })}`);
    return make("li", { "aria-current": isLast && this.#isOnline && "page" }, make("bdi", {}, link), time);
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

export function percent(of: number, language: string): string {
  return new Intl.NumberFormat(language, { style: "percent" }).format(of / 100);
}
