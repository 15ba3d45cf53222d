// The live page of visitors (E52), a module that the console fetches when somebody opens the place.

import { realClock } from "../live/clock.ts";
import { StateFeed } from "../live/feeds.ts";
import { Monitored, type Present } from "../live/monitored.ts";
import { makeIconButton } from "./buttons.ts";
import { DeskElement } from "./desk.ts";
import { cards, lines, person } from "./drawings.ts";
import { icon } from "./icons.ts";
import { arrange, make, setAttributes, setText } from "./make.ts";
import { moved, type Step, tabStop } from "./movement.ts";
import { askForFirstMessage } from "./start-chat.ts";
import { Stillness } from "./stillness.ts";
import { placeName } from "./place-name.ts";
import { VisitorView } from "./visitor-view.ts";
import { placesIn, windowOf } from "./windowing.ts";

type Layout = "list" | "grid";

/** What `rem` each kind of row is high; visitors.css has the same kinds. Below so wide a list its rows have three lines. */
const rowRems = { wide: 3.75, narrow: 6.5, grid: 10.5 } as const;
const narrowRem = 46;
const cardRem = 17;
const layoutKey = "parley.visitors";

/**
 * Everybody who is on the websites of this account now: as a list or as cards, by website and by words. What is shown follows while it is
 * connected, and stops with it. Of many only those around what is in view are in the page.
 * Attribute `opened` (whose story is told); events `parley-story` and `parley-open`.
 */
export class ParleyVisitors extends DeskElement {
  static readonly observedAttributes = ["opened"];

  readonly #monitored = new Monitored();
  readonly #feeds = new Map<string, StateFeed>();
  readonly #views = new Map<string, VisitorView>();
  readonly #list = make("ol", { class: "present", role: "list" });
  readonly #count = make("p", { class: "soft" });
  readonly #none = make("p", { class: "nothing", role: "status", hidden: true });
  readonly #emptyTitle = make("h2");
  readonly #emptyText = make("p");
  readonly #empty = make("div", { class: "empty", hidden: true }, icon(person), this.#emptyTitle, this.#emptyText);
  readonly #sites = make("select", { class: "input" });
  readonly #scroll = make("div", { class: "scroll" });
  #search: HTMLInputElement | null = null;
  #layouts: Readonly<Record<Layout, HTMLButtonElement>> | null = null;
  #layout: Layout = "list";
  #shown: readonly Present[] = [];
  #visited: string | null = null;
  /** Who is told of beside the list. */
  #story: Present | null = null;
  /** Whether they were there when that was last told. */
  #isHere = true;
  #isPlacing = false;
  readonly #stillness = new Stillness(realClock, () => this.isConnected && this.renderSoon());

  attributeChangedCallback(): void {
    if (this.isConnected) this.renderSoon();
  }

  /** Moves the focus into the list, one step from where it was. */
  move(step: Step): void {
    this.#focus(moved(this.#order(), this.#visited ?? this.getAttribute("opened"), step));
  }

  focusSearch(): void {
    this.#search?.focus();
  }

  /** Back from the story to whose it is. */
  focusOpened(): void {
    this.#focus(tabStop(this.#order(), this.getAttribute("opened"), this.#visited));
  }

  protected begin(signal: AbortSignal): void {
    this.#layout = localStorage.getItem(layoutKey) === "grid" ? "grid" : "list";
    this.#build();
    const { workspace } = this.desk;
    workspace.on("me", () => this.#follow(), signal);
    const timer = setInterval(() => this.#tick(), 1_000);
    signal.addEventListener("abort", () => clearInterval(timer));
    this.#scroll.addEventListener("scroll", () => this.#placeSoon(), { signal, passive: true });
    for (const name of ["pointermove", "pointerdown"] as const) {
      this.#list.addEventListener(name, () => this.#stillness.moved(), { signal, passive: true });
    }
    this.#list.addEventListener("pointerleave", () => this.#stillness.left(), { signal });
    const watcher = new ResizeObserver(() => this.#placeSoon());
    watcher.observe(this.#scroll);
    signal.addEventListener("abort", () => watcher.disconnect());
    this.addEventListener("click", (event) => this.#click(event), { signal });
    this.addEventListener("focusin", (event) => this.#visit(event), { signal });
    this.#follow();
  }

  protected override end(): void {
    for (const feed of this.#feeds.values()) feed.stop();
    this.#feeds.clear();
  }

  protected render(): void {
    const { workspace } = this.desk;
    const sites = [...this.#feeds.keys()];
    const isWaiting = workspace.me === null || sites.some((site) => !this.#monitored.has(site));
    setAttributes(this, { "aria-busy": isWaiting && "true" });
    if (isWaiting) return;
    this.#followStory();
    const found = this.#found();
    this.#showCount(found.length);
    // Under a pointer what is said of a visitor changes, but not where they stand.
    if (!this.#stillness.holds || this.#shown.length === 0) this.#shown = found;
    else this.#shown = this.#shown.map((one) => this.#monitored.get(one.site, one.visitor) ?? one);
    const isEmpty = this.#monitored.count("") === 0;
    this.#showEmpty(isEmpty, sites.length > 0);
    this.#none.hidden = isEmpty || found.length > 0;
    this.#place();
  }

  #found(): Present[] {
    const { workspace, texts } = this.desk;
    const names = new Map(workspace.sites.map(({ id, name }) => [id, name]));
    return this.#monitored.list(
      { site: this.#sites.value, words: this.#search?.value ?? "" },
      (one) => `${names.get(one.site) ?? ""} ${placeName(one, texts.language)}`,
    );
  }

  #showCount(found: number): void {
    const { texts } = this.desk;
    const all = this.#monitored.count(this.#sites.value);
    const isPart = found < all;
    setText(
      this.#count,
      isPart ? texts.count("visitors.some", all, { shown: found }) : texts.count("visitors.count", all),
    );
  }

  #showEmpty(isEmpty: boolean, hasSites: boolean): void {
    const { texts } = this.desk;
    this.#empty.hidden = !isEmpty;
    setText(this.#emptyTitle, texts.say(hasSites ? "visitors.noneTitle" : "empty.noSiteTitle"));
    setText(this.#emptyText, texts.say(hasSites ? "visitors.noneText" : "empty.noSiteText"));
  }

  #build(): void {
    const { texts } = this.desk;
    const label = texts.say("visitors.search");
    const attributes = { class: "input", type: "search", "aria-label": label, placeholder: label, autocomplete: "off" };
    this.#search = make("input", { ...attributes, maxlength: 100 });
    this.#search.addEventListener("input", () => this.#refilter());
    setAttributes(this.#sites, { "aria-label": texts.say("visitors.site") });
    this.#sites.addEventListener("change", () => this.#refilter());
    this.#layouts = { list: this.#layoutButton("list"), grid: this.#layoutButton("grid") };
    const layouts = make(
      "div",
      { class: "buttons", role: "group", "aria-label": texts.say("visitors.layout") },
      this.#layouts.list,
      this.#layouts.grid,
    );
    setText(this.#none, texts.say("visitors.noMatch"));
    setAttributes(this.#list, { "aria-label": texts.say("visitors.title") });
    this.#scroll.replaceChildren(this.#empty, this.#none, this.#list);
    const heading = make("div", {}, make("h1", {}, texts.say("visitors.title")), this.#count);
    const tools = make("div", { class: "tools" }, this.#search, this.#sites, layouts);
    this.replaceChildren(make("header", {}, heading, tools), this.#scroll);
    this.#showLayout();
  }

  #layoutButton(layout: Layout): HTMLButtonElement {
    const { texts } = this.desk;
    const isList = layout === "list";
    const button = makeIconButton(isList ? lines : cards, texts.say(isList ? "visitors.list" : "visitors.grid"));
    button.addEventListener("click", () => {
      this.#layout = layout;
      localStorage.setItem(layoutKey, layout);
      this.#showLayout();
      this.#place();
    });
    return button;
  }

  #showLayout(): void {
    for (const [layout, button] of Object.entries(this.#layouts ?? {})) {
      setAttributes(button, { "aria-pressed": String(layout === this.#layout) });
    }
    this.#scroll.scrollTop = 0;
  }

  /** One topic for each website that this account may see. */
  #follow(): void {
    const { workspace } = this.desk;
    const wanted = new Map(workspace.sites.filter(({ team }) => team !== false).map((site) => [site.id, site.name]));
    for (const [site, feed] of this.#feeds) {
      if (wanted.has(site)) continue;
      feed.stop();
      this.#feeds.delete(site);
      this.#monitored.drop(site);
    }
    for (const site of wanted.keys()) if (!this.#feeds.has(site)) this.#followSite(site);
    this.#showSites(wanted);
    this.renderSoon();
  }

  #followSite(site: string): void {
    const take = (frame: Parameters<Monitored["take"]>[0]): boolean => {
      if (this.#monitored.take(frame)) this.renderSoon();
      return false;
    };
    const feed = new StateFeed({ connection: this.desk.workspace.connection, topic: `monitoring.${site}`, take });
    this.#feeds.set(site, feed);
    feed.start();
  }

  #showSites(wanted: ReadonlyMap<string, string>): void {
    const chosen = this.#sites.value;
    const all = make("option", { value: "" }, this.desk.texts.say("visitors.allSites"));
    this.#sites.replaceChildren(all, ...[...wanted].map(([id, name]) => make("option", { value: id }, name)));
    this.#sites.value = wanted.has(chosen) ? chosen : "";
    this.#sites.hidden = wanted.size < 2;
  }

  #refilter(): void {
    this.#stillness.left();
    this.#scroll.scrollTop = 0;
    this.render();
  }

  #placeSoon(): void {
    if (this.#isPlacing) return;
    this.#isPlacing = true;
    requestAnimationFrame(() => {
      this.#isPlacing = false;
      if (this.isConnected) this.#place();
    });
  }

  /** Puts into the page what is in view, each with its place, and lets go of the rest. */
  #place(): void {
    const scroll = this.#scroll;
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const width = scroll.clientWidth / rem;
    const kind = this.#layout === "grid" ? "grid" : width < narrowRem ? "narrow" : "wide";
    const columns = kind === "grid" ? Math.max(1, Math.floor(width / cardRem)) : 1;
    const rows = Math.ceil(this.#shown.length / columns);
    setAttributes(this.#list, { "data-kind": kind });
    this.#list.style.setProperty("--row", `${rowRems[kind]}rem`);
    this.#list.style.setProperty("--rows", String(rows));
    this.#list.style.setProperty("--columns", String(columns));
    const seen = windowOf(rows, rowRems[kind] * rem, scroll.scrollTop - this.#list.offsetTop, scroll.clientHeight);
    const focused = (document.activeElement as HTMLElement | null)?.dataset;
    const kept = this.#order().indexOf(focused?.["visitor"] ?? focused?.["act"] ?? "");
    const inPage = { first: seen.first * columns, end: Math.min(this.#shown.length, seen.end * columns) };
    const placed = new Set<string>();
    const nodes = placesIn(inPage, kept).flatMap((place) => this.#viewAt(place, columns, placed) ?? []);
    arrange(this.#list, nodes);
    for (const visitor of this.#views.keys()) if (!placed.has(visitor)) this.#views.delete(visitor);
    this.#setTabStop();
  }

  #viewAt(place: number, columns: number, placed: Set<string>): HTMLElement | null {
    const present = this.#shown[place];
    if (present === undefined) return null;
    placed.add(present.visitor);
    const view = this.#views.get(present.visitor) ?? new VisitorView(present.visitor);
    this.#views.set(present.visitor, view);
    view.show(present, this.desk, present.visitor === this.getAttribute("opened"));
    view.node.style.setProperty("--line", String(Math.floor(place / columns)));
    view.node.style.setProperty("--column", String(place % columns));
    setAttributes(view.node, { "aria-setsize": this.#shown.length, "aria-posinset": place + 1 });
    return view.node;
  }

  #tick(): void {
    for (const view of this.#views.values()) view.tick(this.desk);
  }

  /** What is told beside the list follows, and says when its visitor is gone. */
  #followStory(): void {
    const opened = this.getAttribute("opened");
    if (opened === null || this.#story?.visitor !== opened) return;
    const now = this.#monitored.get(this.#story.site, opened) ?? null;
    if (now === null ? !this.#isHere : now === this.#story) return;
    this.#isHere = now !== null;
    if (now !== null) this.#story = now;
    this.say("parley-story", { visitor: this.#story, isHere: now !== null });
  }

  #click(event: Event): void {
    const target = event.target instanceof Element
      ? event.target.closest<HTMLElement>("[data-visitor], [data-act]")
      : null;
    const visitor = target?.dataset["visitor"] ?? target?.dataset["act"];
    const present = this.#shown.find((one) => one.visitor === visitor);
    if (present === undefined) return;
    if (target?.dataset["act"] === undefined) {
      this.#story = present;
      this.#isHere = true;
      return this.say("parley-story", { visitor: present, isHere: true });
    }
    const open = (conversation: string): void => this.say("parley-open", { conversation, join: false });
    if (present.chat !== "none" && present.conversation !== null) return open(present.conversation);
    askForFirstMessage(this.closest("parley-console") ?? this, this.desk, present, open);
  }

  #visit(event: Event): void {
    if (!(event.target instanceof HTMLElement)) return;
    const visitor = event.target.dataset["visitor"] ?? event.target.dataset["act"];
    if (visitor === undefined) return;
    this.#visited = visitor;
    this.#setTabStop();
  }

  #order(): string[] {
    return this.#shown.map(({ visitor }) => visitor);
  }

  #setTabStop(): void {
    const inPage = this.#order().filter((visitor) => this.#views.has(visitor));
    const stop = tabStop(inPage, this.#visited, this.getAttribute("opened"));
    for (const [visitor, view] of this.#views) view.setTabStop(visitor === stop);
  }

  #focus(visitor: string | null): void {
    if (visitor === null) return;
    if (!this.#views.has(visitor)) this.#scrollTo(visitor);
    this.#views.get(visitor)?.focus();
  }

  /** Brings somebody into the page who is far from what is in view. */
  #scrollTo(visitor: string): void {
    const columns = Number(this.#list.style.getPropertyValue("--columns")) || 1;
    const rows = Number(this.#list.style.getPropertyValue("--rows")) || 1;
    const line = Math.floor(this.#order().indexOf(visitor) / columns);
    this.#scroll.scrollTop = this.#list.offsetTop + line * (this.#list.clientHeight / rows) -
      this.#scroll.clientHeight / 2;
    this.#place();
  }
}

customElements.define("parley-visitors", ParleyVisitors);
