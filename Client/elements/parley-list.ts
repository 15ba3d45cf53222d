import { realClock } from "../live/clock.ts";
import { fetchPage } from "../live/listed.ts";
import type { VisitorRow } from "../live/wire.ts";
import { Archive } from "./archive.ts";
import { makeButton } from "./buttons.ts";
import { conditionsOf, everything, matches } from "./chat-filter.ts";
import type { Command } from "./commands.ts";
import { DeskElement } from "./desk.ts";
import { plus } from "./drawings.ts";
import { EmptyPlace, situationOf } from "./empty-place.ts";
import { FoundList } from "./found-list.ts";
import { icon } from "./icons.ts";
import { ListHead } from "./list-head.ts";
import { ListTools } from "./list-tools.ts";
import { arrange, make, setAttributes, setText } from "./make.ts";
import { moved, type Step, tabStop } from "./movement.ts";
import { PullToRefresh } from "./pulling.ts";
import { RowView } from "./row.ts";
import { askForNewChat } from "./new-chat.ts";
import { type RowAction, rowActions, RowSwipes } from "./row-swipes.ts";
import { Stillness } from "./stillness.ts";
import { placesIn, windowOf } from "./windowing.ts";

interface Section {
  readonly state: VisitorRow["chat"]["state"];
  readonly title: string;
  readonly nothing: string | null;
  readonly tone: string;
}

const sections: readonly Section[] = [
  { state: "waiting", title: "list.waiting", nothing: "list.nobodyWaits", tone: "bad" },
  { state: "active", title: "list.active", nothing: "list.nobodyTalks", tone: "good" },
  { state: "closed", title: "list.closed", nothing: null, tone: "quiet" },
];

interface SectionView extends Section {
  readonly node: HTMLElement;
  readonly count: HTMLElement;
  readonly list: HTMLElement;
  readonly hint: HTMLElement | null;
}

/**
 * The three lists (E23, E24, E25), live and in the order of the protocol. One stop for Tab; arrows, j and k move inside. A filter shows
 * some of them, a search takes their place. Of long lists only the rows around what is in view are in the page.
 * Attributes `opened` (the conversation that is open) and `sound` (on, off); events `parley-open`, `parley-bell`, and for a row that is
 * swiped `parley-row-transfer` and `parley-row-close`.
 */
export class ParleyList extends DeskElement {
  static readonly observedAttributes = ["opened", "sound"];

  readonly #rows = new Map<string, RowView>();
  #views: readonly SectionView[] = [];
  /** The conversations of each section in their order, also those that are not in the page. */
  #lists: readonly (readonly string[])[] = [];
  #tools: ListTools | null = null;
  #found: FoundList | null = null;
  #archive: Archive | null = null;
  readonly #more = make("p", { class: "nothing", role: "status", hidden: true });
  readonly #noMatch = make("p", { class: "nothing", role: "status", hidden: true });
  #isPlacing = false;
  #head: ListHead | null = null;
  #pull: PullToRefresh | null = null;
  /** [+ New] (E22f); a frame is for what comes. */
  readonly #begin = makeButton("", { "data-size": "small", "aria-haspopup": "dialog", hidden: true });
  #scroll: HTMLElement | null = null;
  #empty: EmptyPlace | null = null;
  #visited: string | null = null;
  #isArranged = false;
  readonly #stillness = new Stillness(realClock, () => this.isConnected && this.renderSoon());

  attributeChangedCallback(): void {
    if (this.isConnected) this.renderSoon();
  }

  /** Moves the focus into the lists, one step from where it was or from what is open. */
  move(step: Step): void {
    if (this.#found?.isOpen) return this.#found.move(step);
    const order = this.#order();
    const isInside = this.contains(document.activeElement);
    const from = isInside ? this.#visited : this.getAttribute("opened");
    this.#focus(moved(order, from ?? this.#visited, step));
  }

  focusOpened(): void {
    if (this.#found?.isOpen) return this.focusSearch();
    this.#focus(tabStop(this.#order(), this.getAttribute("opened"), this.#visited));
  }

  focusSearch(): void {
    this.#tools?.search.focus();
  }

  /** Gives the lists back. False when nothing was searched for. */
  endSearch(): boolean {
    if (this.#tools === null || this.#tools.search.value === "") return false;
    this.#tools.search.value = "";
    this.#found?.look("");
    return true;
  }

  /** As pulling them down does: another line, and what the server says of them now. */
  async refresh(): Promise<void> {
    await this.#pull?.run();
  }

  askForFilter(): void {
    this.#tools?.ask();
  }

  /** Writes first to somebody, where one may. */
  askForNewChat(): void {
    if (this.#begin.hidden) return;
    askForNewChat(this.closest("parley-console") ?? this, this.desk, (conversation) => {
      this.say("parley-open", { conversation, join: false });
    });
  }

  /** What the palette offers of filters and saved views. */
  filterCommands(): readonly Command[] {
    return this.#tools?.commands() ?? [];
  }

  protected begin(signal: AbortSignal): void {
    this.#build(signal);
    const { workspace } = this.desk;
    workspace.on("rows", () => this.renderSoon(), signal);
    workspace.on("me", () => this.renderSoon(), signal);
    for (const name of ["pointermove", "pointerdown"] as const) {
      this.#scroll?.addEventListener(name, () => this.#stillness.moved(), { signal, passive: true });
    }
    this.#scroll?.addEventListener("pointerleave", () => this.#stillness.left(), { signal });
    this.#scroll?.addEventListener("scroll", () => this.#placeSoon(), { signal, passive: true });
    const watcher = new ResizeObserver(() => this.#placeSoon());
    if (this.#scroll !== null) watcher.observe(this.#scroll);
    signal.addEventListener("abort", () => watcher.disconnect());
    this.#follow(signal);
    const timer = setInterval(() => this.#tick(), 1_000);
    signal.addEventListener("abort", () => clearInterval(timer));
    this.addEventListener("click", (event) => this.#click(event), { signal });
    this.addEventListener("focusin", (event) => this.#visit(event), { signal });
    this.render();
  }

  protected render(): void {
    const { workspace } = this.desk;
    const { rows, loaded } = workspace;
    setAttributes(this, { "aria-busy": !loaded && "true" });
    this.#head?.show(this.getAttribute("sound") !== "off");
    this.#begin.hidden = this.desk.frame !== null || !workspace.mayBegin;
    if (!loaded) return;
    this.querySelectorAll(".wait").forEach((skeleton) => skeleton.remove());
    const lists = this.#listed();
    this.#views.forEach((view, index) => this.#showCount(view, lists[index] ?? []));
    this.#dropRows();
    // Under a pointer what is said of a chat changes, but not where it stands.
    if (this.#stillness.holds && this.#isArranged) return this.#place();
    this.#isArranged = true;
    this.#lists = lists.map((list) => list.map((row) => row.conversation));
    const isFiltered = this.#conditions > 0;
    const isEmpty = rows.rows.size === 0 && !isFiltered;
    this.#showEmpty(isEmpty);
    this.#views.forEach((view, index) => {
      const isBare = (lists[index] ?? []).length === 0;
      setAttributes(view.node, { hidden: isEmpty || (isBare && (view.hint === null || isFiltered)) });
      if (view.hint !== null) view.hint.hidden = !isBare;
    });
    this.#noMatch.hidden = !isFiltered || this.#hasMore || this.#lists.some((list) => list.length > 0);
    this.#showMore();
    this.#place();
  }

  get #conditions(): number {
    return conditionsOf(this.#tools?.filter ?? everything);
  }

  /** What stands in each section: the live rows that the filter asks for, and closed ones as far back as they are known whole. */
  #listed(): VisitorRow[][] {
    const { workspace } = this.desk;
    const filter = this.#tools?.filter ?? everything;
    const now = Date.now();
    const asked = (row: VisitorRow): boolean => matches(row, filter, workspace.account, now);
    const closed = this.#archive?.closed(workspace.account, now) ?? [];
    return [workspace.rows.waiting().filter(asked), workspace.rows.active().filter(asked), closed];
  }

  #placeSoon(): void {
    if (this.#isPlacing) return;
    this.#isPlacing = true;
    requestAnimationFrame(() => {
      this.#isPlacing = false;
      if (this.isConnected && this.desk.workspace.loaded) this.#place();
    });
  }

  /** Puts into the page what is in view of each list, with its place, and lets go of the rest. */
  #place(): void {
    const scroll = this.#scroll;
    if (scroll === null) return;
    this.#views.forEach((view, index) =>
      view.list.style.setProperty("--count", String(this.#lists[index]?.length ?? 0))
    );
    const { scrollTop, clientHeight } = scroll;
    const tops = this.#views.map((view) => scrollTop - view.list.offsetTop);
    const placed = new Set<string>();
    this.#views.forEach((view, index) => {
      const list = this.#lists[index] ?? [];
      const seen = windowOf(list.length, rowPixels(), tops[index] ?? 0, clientHeight);
      const kept = list.indexOf((document.activeElement as HTMLElement | null)?.dataset["conversation"] ?? "");
      const nodes = placesIn(seen, kept).flatMap((place) => this.#rowAt(list, place, placed) ?? []);
      arrange(view.list, nodes);
    });
    for (const conversation of this.#rows.keys()) if (!placed.has(conversation)) this.#rows.delete(conversation);
    this.#setTabStop();
    this.#fetchNearEnd(scroll);
  }

  #rowAt(list: readonly string[], place: number, placed: Set<string>): HTMLElement | null {
    const conversation = list[place] ?? "";
    const row = this.desk.workspace.row(conversation);
    if (row === undefined) return null;
    placed.add(conversation);
    const view = this.#rows.get(conversation) ?? new RowView(conversation);
    this.#rows.set(conversation, view);
    view.show(row, this.desk, conversation === this.getAttribute("opened"));
    view.node.style.setProperty("--place", String(place));
    setAttributes(view.node, { "aria-setsize": list.length, "aria-posinset": place + 1 });
    return view.node;
  }

  /** Older pages are asked for before somebody comes to the end. */
  #fetchNearEnd(scroll: HTMLElement): void {
    const isNear = scroll.scrollTop + 2 * scroll.clientHeight > scroll.scrollHeight;
    if (!isNear || !this.#hasMore || this.#found?.isOpen || this.#archive?.state !== "idle") return;
    void this.#archive.more(Date.now());
    this.#showMore();
  }

  get #hasMore(): boolean {
    const isAsked = (this.#tools?.filter.status ?? "closed") === "closed";
    return isAsked && (this.#archive?.hasMore ?? false);
  }

  #showMore(): void {
    const { texts } = this.desk;
    const state = this.#archive?.state ?? "idle";
    this.#more.hidden = !this.#hasMore || state === "idle";
    if (this.#more.hidden) return;
    if (state === "fetching") return setText(this.#more, texts.say("list.older"));
    const again = makeButton(texts.say("list.olderAgain"), { "data-size": "small" });
    again.addEventListener("click", () => {
      void this.#archive?.more(Date.now());
      this.#showMore();
    });
    this.#more.replaceChildren(texts.say("list.olderFailed"), " ", again);
  }

  #build(signal: AbortSignal): void {
    const { texts } = this.desk;
    this.#begin.append(icon(plus), texts.say("begin.button"));
    setAttributes(this.#begin, { "aria-label": texts.say("begin.title"), title: texts.say("begin.title") });
    this.#begin.addEventListener("click", () => this.askForNewChat());
    this.#views = sections.map((section) => this.#buildSection(section));
    this.#empty = new EmptyPlace(this.desk, {
      ready: ["list.emptyTitle", "list.emptyText"],
      reads: ["list.emptyTitle", "list.emptyTextReading"],
      asked: ["list.emptyTitleAsked", "list.emptyTextAsked"],
    });
    this.#empty.node.hidden = true;
    setText(this.#noMatch, texts.say("filter.nothing"));
    const shown = this.#views.map((view) => view.node);
    const lists = make("div", { class: "lists" }, this.#empty.node, this.#noMatch, ...shown, this.#more);
    this.#scroll = make("div", { class: "scroll" }, ...skeletons(), lists);
    const tools = this.#buildTools(lists);
    this.#head = new ListHead(this.desk, this.#begin, () => this.say("parley-bell"), signal);
    this.replaceChildren(...this.#head.nodes, ...tools, this.#scroll);
    this.#followFingers(this.#scroll, signal);
  }

  /** What a telephone does besides: rows are swiped, the lists are pulled down. */
  #followFingers(scroll: HTMLElement, signal: AbortSignal): void {
    const actionsOf = (conversation: string): readonly RowAction[] => {
      const row = this.desk.workspace.row(conversation);
      return row === undefined ? [] : rowActions(row, this.desk, (name) => this.say(name, conversation));
    };
    new RowSwipes(scroll, actionsOf, signal);
    if (this.desk.frame !== null) return;
    this.#pull = new PullToRefresh(scroll, this.desk.texts, () => this.#refresh(), signal);
    scroll.prepend(this.#pull.node);
  }

  async #refresh(): Promise<void> {
    await this.desk.workspace.refresh();
    this.#refilter();
  }

  /** A frame has the live lists alone. */
  #buildTools(lists: HTMLElement): HTMLElement[] {
    const { workspace, frame } = this.desk;
    const isOwn = frame === null;
    this.#archive = new Archive(workspace.rows, isOwn ? fetchPage : null, () => this.renderSoon());
    if (!isOwn) return [];
    this.#tools = new ListTools(this.desk, () => this.#refilter());
    this.#found = new FoundList(this.desk, (isOpen) => {
      lists.hidden = isOpen;
      if (!isOpen) this.#placeSoon();
    });
    lists.before(this.#found.node);
    this.#archive.show(this.#tools.filter);
    return [this.#tools.node];
  }

  #refilter(): void {
    if (this.#tools === null) return;
    this.#archive?.show(this.#tools.filter);
    if (this.#scroll !== null) this.#scroll.scrollTop = 0;
    this.#isArranged = false;
    this.render();
  }

  #follow(signal: AbortSignal): void {
    const search = this.#tools?.search;
    search?.addEventListener("input", () => this.#found?.look(search.value), { signal });
    search?.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" || event.isComposing) return;
      event.preventDefault();
      this.move("next");
    }, { signal });
    addEventListener("popstate", () => this.#tools?.reread(), { signal });
    signal.addEventListener("abort", () => this.#found?.stop());
  }

  #buildSection(section: Section): SectionView {
    const { texts } = this.desk;
    const count = make("span", { class: "count" });
    const list = make("ol", { class: "rows" });
    const hint = section.nothing === null ? null : make("p", { class: "nothing" }, texts.say(section.nothing));
    const heading = make("h2", { id: `list-${section.state}` }, texts.say(section.title), count);
    const attributes = { "data-state": section.state, "aria-labelledby": `list-${section.state}`, hidden: true };
    return { ...section, count, list, hint, node: make("section", attributes, heading, list, hint) };
  }

  /** How many there are; of an archive that goes on, how many at least. */
  #showCount(view: SectionView, { length }: readonly VisitorRow[]): void {
    const { texts } = this.desk;
    const goesOn = view.state === "closed" && this.#hasMore;
    setText(view.count, goesOn ? texts.say("list.atLeast", { count: length }) : texts.number(length));
    setAttributes(view.count, { "data-tone": length === 0 ? "quiet" : view.tone });
  }

  /** What this account may no longer see goes at once. */
  #dropRows(): void {
    const { workspace } = this.desk;
    for (const [conversation, view] of this.#rows) {
      if (workspace.row(conversation) !== undefined) continue;
      view.node.remove();
      this.#rows.delete(conversation);
    }
  }

  #showEmpty(isEmpty: boolean): void {
    if (this.#empty === null) return;
    this.#empty.node.hidden = !isEmpty;
    this.#empty.show(situationOf(this.desk.workspace));
  }

  /** Only the words that count seconds; nothing else changes with time alone. */
  #tick(): void {
    for (const view of this.#rows.values()) view.tick(this.desk);
  }

  #click(event: Event): void {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>("a.row") : null;
    const conversation = target?.dataset["conversation"];
    const isFound = target?.dataset["n"] !== undefined;
    const pressed = event as MouseEvent;
    if (conversation === undefined || pressed.ctrlKey || pressed.metaKey || pressed.shiftKey) return;
    event.preventDefault();
    // A key has no place, so that each press of one counts.
    const place = { x: pressed.clientX, y: pressed.clientY + (this.#scroll?.scrollTop ?? 0) };
    if (pressed.detail > 0 && this.#stillness.isRepeated(place)) return;
    // E27a: a click on somebody who waits is the answer.
    this.say("parley-open", { conversation, join: !isFound });
  }

  #visit(event: Event): void {
    const row = event.target instanceof HTMLElement ? event.target.dataset["conversation"] : undefined;
    if (row === undefined) return;
    this.#visited = row;
    this.#setTabStop();
  }

  #order(): string[] {
    return this.#lists.flat();
  }

  #setTabStop(): void {
    const inPage = this.#order().filter((conversation) => this.#rows.has(conversation));
    const stop = tabStop(inPage, this.#visited, this.getAttribute("opened"));
    for (const [conversation, view] of this.#rows) view.setTabStop(conversation === stop);
  }

  #focus(conversation: string | null): void {
    if (conversation === null) return;
    if (!this.#rows.has(conversation)) this.#scrollTo(conversation);
    this.#rows.get(conversation)?.focus();
  }

  /** Brings a row into the page that is far from what is in view. */
  #scrollTo(conversation: string): void {
    const index = this.#lists.findIndex((list) => list.includes(conversation));
    const list = this.#views[index]?.list;
    if (list === undefined || this.#scroll === null) return;
    const place = this.#lists[index]?.indexOf(conversation) ?? 0;
    this.#scroll.scrollTop = list.offsetTop + place * rowPixels() - this.#scroll.clientHeight / 2;
    this.#place();
  }
}

/** As list.css has it: every row is as high as the next, so that places can be reckoned. */
const rowRem = 4.75;

function rowPixels(): number {
  return rowRem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}

function skeletons(): HTMLElement[] {
  return Array.from({ length: 6 }, () => {
    const face = make("span", { class: "skeleton", "data-shape": "face" });
    const lines = [0, 1].map(() => make("span", { class: "skeleton", "data-shape": "line" }));
    return make("div", { class: "wait", "aria-hidden": "true" }, face, make("div", {}, ...lines));
  });
}
