import type { Present } from "../live/monitored.ts";
import { makeButton } from "./buttons.ts";
import type { Desk } from "./desk.ts";
import { makeFace, showFace } from "./face.ts";
import { make, setAttributes, setText } from "./make.ts";
import { shortAddress } from "./page-address.ts";
import { placeName } from "./place-name.ts";
import { bringIntoView } from "./scrolling.ts";
import { plainName } from "./texts.ts";

/** In a chat or waiting for one; who is alone says nothing. */
const chatTags = {
  none: null,
  waiting: { text: "visitors.waiting", tone: "wait" },
  active: { text: "visitors.inChat", tone: "good" },
} as const;

/** One visitor of the live page, as a row or as a card: made once, then only changed. The list item is its node. */
export class VisitorView {
  readonly node: HTMLElement;
  readonly #button: HTMLButtonElement;
  readonly #face = makeFace({ name: null });
  readonly #name = make("bdi");
  readonly #site = make("bdi");
  readonly #page = make("bdi");
  readonly #timeLabel = make("span", { class: "unseen" });
  readonly #time = make("time");
  readonly #source = make("bdi");
  readonly #place = make("bdi");
  readonly #tags = make("span", { class: "tags" });
  readonly #act = makeButton("", { "data-size": "small", class: "button act" });
  #shown: readonly unknown[] = [];
  #since: number | null = null;

  constructor(visitor: string) {
    this.#button = make(
      "button",
      { class: "about", type: "button", "data-visitor": visitor, tabindex: -1 },
      this.#face,
      make("b", {}, this.#name),
      make("span", { class: "site" }, this.#site),
      make("span", { class: "at" }, this.#page),
      make("span", { class: "time" }, this.#timeLabel, this.#time),
      make("span", { class: "from" }, this.#source),
      make("span", { class: "where" }, this.#place),
      this.#tags,
    );
    setAttributes(this.#act, { "data-act": visitor });
    this.node = make("li", {}, this.#button, this.#act);
  }

  focus(): void {
    this.#button.focus({ preventScroll: true });
    const scroller = this.node.closest(".scroll");
    if (scroller !== null) bringIntoView(this.#button, scroller);
  }

  setTabStop(isStop: boolean): void {
    for (const button of [this.#button, this.#act]) setAttributes(button, { tabindex: isStop ? 0 : -1 });
  }

  show(visitor: Present, desk: Desk, isOpened: boolean): void {
    const { texts, workspace } = desk;
    const site = workspace.sites.find(({ id }) => id === visitor.site);
    const shown = [visitor, site, isOpened];
    if (this.#shown.length > 0 && shown.every((value, index) => value === this.#shown[index])) return this.tick(desk);
    this.#shown = shown;
    this.#since = visitor.page?.at ?? null;
    setAttributes(this.#button, { "aria-pressed": String(isOpened) });
    if (site !== undefined) this.node.style.setProperty("--hue", String(site.hue));
    const tone = visitor.chat === "waiting" ? "wait" : visitor.chat === "none" ? "grey" : null;
    showFace(this.#face, { name: visitor.name, tone });
    setText(this.#name, plainName(visitor.name ?? texts.say("visitor.unnamed")));
    setText(this.#site, site?.name ?? "");
    const { page } = visitor;
    setText(this.#page, page === null ? "" : page.title || shortAddress(page.url));
    setAttributes(this.#page, { title: page?.url });
    setText(this.#source, visitor.source || texts.say("visitors.direct"));
    setText(this.#place, placeName(visitor, texts.language));
    this.#showTags(visitor, desk);
    this.#showAct(visitor, desk, (site?.mayWrite ?? false) && site?.team !== false);
    this.tick(desk);
  }

  /** How long somebody has looked at the page runs by the second. */
  tick({ texts, times, workspace }: Desk): void {
    this.#time.hidden = this.#since === null;
    if (this.#since === null) return setText(this.#timeLabel, "");
    setText(this.#timeLabel, `${texts.say("visitors.onPage")} `);
    setText(this.#time, times.waiting(this.#since, workspace.now));
    setAttributes(this.#time, { datetime: new Date(this.#since).toISOString() });
  }

  #showTags({ chat, returning, shutOut }: Present, { texts }: Desk): void {
    const kind = chatTags[chat];
    const tags = [make("span", { class: "tag" }, texts.say(returning ? "visitors.returning" : "visitors.new"))];
    if (kind !== null) tags.push(make("span", { class: "tag", "data-tone": kind.tone }, texts.say(kind.text)));
    if (shutOut) tags.push(make("span", { class: "tag", "data-tone": "bad" }, texts.say("visitors.shutOut")));
    this.#tags.replaceChildren(...tags);
  }

  /** Who is in a chat already is found there; who only reads may look, and write to nobody; who is shut out would read nothing. */
  #showAct({ chat, name, conversation, shutOut }: Present, { texts }: Desk, mayBegin: boolean): void {
    const isOpen = chat !== "none" && conversation !== null;
    this.#act.hidden = !isOpen && (shutOut || !mayBegin);
    setText(this.#act, texts.say(isOpen ? "visitors.open" : "begin.start"));
    const label = texts.say(isOpen ? "visitors.openWith" : "visitors.startWith", {
      name: name ?? texts.say("visitor.unnamed"),
    });
    setAttributes(this.#act, { "aria-label": label, "data-kind": isOpen && "quiet" });
  }
}
