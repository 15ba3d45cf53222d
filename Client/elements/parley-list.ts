import { realClock } from "../live/clock.ts";
import type { VisitorRow } from "../live/wire.ts";
import { makeButton, makeIconButton } from "./buttons.ts";
import { DeskElement } from "./desk.ts";
import { sound, soundOff } from "./drawings.ts";
import { EmptyPlace, situationOf } from "./empty-place.ts";
import { icon } from "./icons.ts";
import { arrange, make, setAttributes, setText } from "./make.ts";
import { moved, type Step, tabStop } from "./movement.ts";
import { RowView } from "./row.ts";
import { askForNotices, mayAskForNotices, noLongerAsk } from "./notices.ts";
import { statusTexts } from "./status.ts";
import { Stillness } from "./stillness.ts";
import { totalsOf } from "./unread.ts";
import { YouMenu } from "./you-menu.ts";

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
 * The three lists (E23, E24, E25), live and in the order of the protocol. One stop for Tab; arrows, j and k move inside.
 * Attributes `opened` (the conversation that is open) and `sound` (on, off); events `parley-open` and `parley-bell`.
 */
export class ParleyList extends DeskElement {
  static readonly observedAttributes = ["opened", "sound"];

  readonly #rows = new Map<string, RowView>();
  #views: readonly SectionView[] = [];
  #you: { readonly name: HTMLElement; readonly status: HTMLElement } | null = null;
  /** In a frame, which has no rail: there it is opened here. */
  #menu: YouMenu | null = null;
  #bell: HTMLButtonElement | null = null;
  #scroll: HTMLElement | null = null;
  #question: HTMLElement | null = null;
  #empty: EmptyPlace | null = null;
  #visited: string | null = null;
  #mayAsk = mayAskForNotices();
  #isArranged = false;
  readonly #stillness = new Stillness(realClock, () => this.isConnected && this.renderSoon());

  attributeChangedCallback(): void {
    if (this.isConnected) this.renderSoon();
  }

  /** Moves the focus into the lists, one step from where it was or from what is open. */
  move(step: Step): void {
    const order = this.#order();
    const isInside = this.contains(document.activeElement);
    const from = isInside ? this.#visited : this.getAttribute("opened");
    this.#focus(moved(order, from ?? this.#visited, step));
  }

  focusOpened(): void {
    this.#focus(tabStop(this.#order(), this.getAttribute("opened"), this.#visited));
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
    this.#showMe();
    this.#showBell();
    this.#showQuestion();
    if (!loaded) return;
    this.querySelectorAll(".wait").forEach((skeleton) => skeleton.remove());
    const totals = totalsOf(rows.rows.values(), workspace.account);
    const lists = { waiting: rows.waiting(), active: rows.active(), closed: rows.closed() };
    const nodes = this.#views.map((view) => this.#showSection(view, lists[view.state], totals[view.state]));
    this.#dropRows();
    // Under a pointer what is said of a chat changes, but not where it stands.
    if (this.#stillness.holds && this.#isArranged) return;
    this.#isArranged = true;
    this.#views.forEach((view, index) => arrange(view.list, nodes[index] ?? []));
    const isEmpty = rows.rows.size === 0;
    this.#showEmpty(isEmpty);
    for (const view of this.#views) {
      const isBare = totals[view.state] === 0;
      setAttributes(view.node, { hidden: isEmpty || (view.hint === null && isBare) });
      if (view.hint !== null) view.hint.hidden = !isBare;
    }
    this.#setTabStop();
  }

  #build(signal: AbortSignal): void {
    const { texts } = this.desk;
    const name = make("span");
    const status = make("span", { class: "tag" });
    this.#you = { name, status };
    this.#bell = makeIconButton(sound, "");
    this.#bell.addEventListener("click", () => this.say("parley-bell"));
    this.#views = sections.map((section) => this.#buildSection(section));
    this.#empty = new EmptyPlace(this.desk, {
      ready: ["list.emptyTitle", "list.emptyText"],
      reads: ["list.emptyTitle", "list.emptyTextReading"],
      asked: ["list.emptyTitleAsked", "list.emptyTextAsked"],
    });
    this.#empty.node.hidden = true;
    this.#question = this.#buildQuestion();
    this.#scroll = make(
      "div",
      { class: "scroll" },
      ...skeletons(),
      this.#empty.node,
      ...this.#views.map((view) => view.node),
    );
    const title = make("h1", {}, texts.say("list.title"));
    const you = this.#buildYou(name, status, signal);
    this.replaceChildren(make("header", {}, title, ...you, this.#bell), this.#question, this.#scroll);
  }

  #buildYou(name: HTMLElement, status: HTMLElement, signal: AbortSignal): HTMLElement[] {
    if (this.desk.frame === null) return [make("p", { class: "you" }, name, status)];
    this.#menu = new YouMenu(this.desk, signal);
    const { node } = this.#menu;
    return [make("button", { class: "you", type: "button", popovertarget: node.id }, name, status), node];
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

  /** Says how many there are and what is known of each; the rows in their order are the answer. */
  #showSection(view: SectionView, rows: readonly VisitorRow[], total: number): HTMLElement[] {
    setText(view.count, this.desk.texts.number(total));
    setAttributes(view.count, { "data-tone": total === 0 ? "quiet" : view.tone });
    return rows.map((row) => this.#rowOf(row));
  }

  /** What this account may no longer see goes at once. */
  #dropRows(): void {
    const { rows } = this.desk.workspace.rows;
    for (const [conversation, view] of this.#rows) {
      if (rows.has(conversation)) continue;
      view.node.remove();
      this.#rows.delete(conversation);
    }
  }

  #rowOf(row: VisitorRow): HTMLElement {
    const view = this.#rows.get(row.conversation) ?? new RowView(row.conversation);
    this.#rows.set(row.conversation, view);
    view.show(row, this.desk, row.conversation === this.getAttribute("opened"));
    return view.node;
  }

  #showEmpty(isEmpty: boolean): void {
    if (this.#empty === null) return;
    this.#empty.node.hidden = !isEmpty;
    this.#empty.show(situationOf(this.desk.workspace));
  }

  #showMe(): void {
    const { workspace: { me }, texts } = this.desk;
    if (this.#you === null || me === null) return;
    this.#menu?.show(me);
    setText(this.#you.name, me.name);
    setText(this.#you.status, texts.say(statusTexts[me.status]));
    setAttributes(this.#you.status, { "data-presence": me.status });
  }

  #showBell(): void {
    const bell = this.#bell;
    const isOn = this.getAttribute("sound") !== "off";
    const shown = isOn ? "sound" : "soundOff";
    if (bell === null || bell.dataset["shown"] === shown) return;
    const label = this.desk.texts.say(isOn ? "sound.turnOff" : "sound.turnOn");
    setAttributes(bell, { "aria-label": label, title: label, "data-shown": shown });
    bell.replaceChildren(icon(isOn ? sound : soundOff));
  }

  #buildQuestion(): HTMLElement {
    const { texts } = this.desk;
    const allow = makeButton(texts.say("notices.allow"), { "data-kind": "primary", "data-size": "small" });
    const later = makeButton(texts.say("notices.later"), { "data-kind": "quiet", "data-size": "small" });
    const answered = (): void => {
      this.#mayAsk = false;
      this.renderSoon();
    };
    allow.addEventListener("click", () => {
      answered();
      void askForNotices();
    });
    later.addEventListener("click", () => {
      answered();
      noLongerAsk();
    });
    const buttons = make("div", { class: "buttons" }, allow, later);
    return make("div", { class: "notice", hidden: true }, make("p", {}, texts.say("notices.question")), buttons);
  }

  #showQuestion(): void {
    // Who only reads is not rung either.
    const { sites, isExpert } = this.desk.workspace;
    const isRung = isExpert || sites.some((site) => site.mayWrite);
    if (this.#question !== null) this.#question.hidden = !isRung || !this.#mayAsk;
  }

  /** Only the words that count seconds; nothing else changes with time alone. */
  #tick(): void {
    for (const view of this.#rows.values()) view.tick(this.desk);
  }

  #click(event: Event): void {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>("a.row") : null;
    const conversation = target?.dataset["conversation"];
    const pressed = event as MouseEvent;
    if (conversation === undefined || pressed.ctrlKey || pressed.metaKey || pressed.shiftKey) return;
    event.preventDefault();
    // A key has no place, so that each press of one counts.
    const place = { x: pressed.clientX, y: pressed.clientY + (this.#scroll?.scrollTop ?? 0) };
    if (pressed.detail > 0 && this.#stillness.isRepeated(place)) return;
    // E27a: a click on somebody who waits is the answer.
    this.say("parley-open", { conversation, join: true });
  }

  #visit(event: Event): void {
    const row = event.target instanceof HTMLElement ? event.target.dataset["conversation"] : undefined;
    if (row === undefined) return;
    this.#visited = row;
    this.#setTabStop();
  }

  #order(): string[] {
    return [...this.querySelectorAll<HTMLElement>("a.row")].map((row) => row.dataset["conversation"] ?? "");
  }

  #setTabStop(): void {
    const stop = tabStop(this.#order(), this.#visited, this.getAttribute("opened"));
    for (const [conversation, view] of this.#rows) view.setTabStop(conversation === stop);
  }

  #focus(conversation: string | null): void {
    if (conversation === null) return;
    this.#rows.get(conversation)?.focus();
  }
}

function skeletons(): HTMLElement[] {
  return Array.from({ length: 6 }, () => {
    const face = make("span", { class: "skeleton", "data-shape": "face" });
    const lines = [0, 1].map(() => make("span", { class: "skeleton", "data-shape": "line" }));
    return make("div", { class: "wait", "aria-hidden": "true" }, face, make("div", {}, ...lines));
  });
}
