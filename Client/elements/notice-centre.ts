import type { Desk } from "./desk.ts";
import { bell as ringing } from "./drawings.ts";
import { icon } from "./icons.ts";
import { arrange, make, setText } from "./make.ts";
import { isKnown, NoticeLine } from "./notice-line.ts";

const allAddress = "/notices";
const wishesAddress = "/profile/notices";
const agoEveryMilliseconds = 30_000;

/** The bell in the rail with its count, and what it opens: the newest notices (E36a, E36b, B67a). */
export class NoticeCentre {
  readonly bell: HTMLButtonElement;
  readonly node: HTMLElement;
  readonly #desk: Desk;
  readonly #count = make("span", { class: "count", "data-tone": "bad", hidden: true });
  readonly #list = make("ul");
  readonly #empty: HTMLElement;
  readonly #readAll: HTMLButtonElement;
  readonly #lines = new Map<string, NoticeLine>();

  constructor(desk: Desk, signal: AbortSignal) {
    this.#desk = desk;
    const { texts, workspace } = desk;
    const title = texts.say("notices.title");
    const words = make("span", {}, title);
    this.bell = make(
      "button",
      { class: "place", type: "button", popovertarget: "notice-centre", title },
      icon(ringing),
      words,
      this.#count,
    );
    this.#readAll = make("button", { class: "button", type: "button", "data-size": "small", "data-kind": "quiet" });
    this.#readAll.append(texts.say("notices.readAll"));
    this.#readAll.addEventListener("click", () => workspace.readNotice().catch(() => {}));
    this.#empty = make("div", { class: "empty" }, icon(ringing), make("b", {}, texts.say("notices.empty")));
    const header = make("header", {}, make("h2", {}, title), this.#readAll);
    const footer = make(
      "footer",
      {},
      make("a", { href: allAddress }, texts.say("notices.all")),
      make("a", { href: wishesAddress }, texts.say("notices.choose")),
    );
    this.node = make("div", { class: "notice-centre", id: "notice-centre", popover: "auto", "aria-label": title });
    this.node.setAttribute("role", "dialog");
    this.node.append(header, this.#empty, this.#list, footer);
    this.node.addEventListener("parley-noticed", () => this.node.hidePopover(), { signal });
    this.node.addEventListener("toggle", () => this.#show(), { signal });
    workspace.on("notices", () => this.#show(), signal);
    workspace.on("me", () => this.#show(), signal);
    const timer = setInterval(() => this.#isOpen && this.#show(), agoEveryMilliseconds);
    signal.addEventListener("abort", () => clearInterval(timer));
    this.#show();
  }

  get #isOpen(): boolean {
    return this.node.matches(":popover-open");
  }

  #show(): void {
    const { texts, workspace } = this.#desk;
    const { unread, rows } = workspace.notices;
    this.#count.hidden = unread === 0;
    const figure = make("span", { "aria-hidden": "true" }, texts.number(unread));
    this.#count.replaceChildren(figure, make("span", { class: "unseen" }, texts.count("notices.unread", unread)));
    this.#readAll.hidden = unread === 0;
    const known = rows.filter(isKnown);
    this.#empty.hidden = known.length > 0;
    this.#list.hidden = known.length === 0;
    const kept = new Set(known.map((notice) => notice.id));
    for (const id of this.#lines.keys()) if (!kept.has(id)) this.#lines.delete(id);
    const lines = known.map((notice) => {
      const line = this.#lines.get(notice.id) ?? new NoticeLine(this.#desk, notice);
      this.#lines.set(notice.id, line);
      line.show(notice);
      return line.node;
    });
    arrange(this.#list, lines);
    setText(this.bell.querySelector("span") ?? this.bell, texts.say("notices.title"));
  }
}
