import type { VisitorRow } from "../live/wire.ts";
import type { Desk } from "./desk.ts";
import { makeIconButton } from "./buttons.ts";
import { close as cross } from "./drawings.ts";
import { make, setAttributes, setText } from "./make.ts";
import { nameOf } from "./row.ts";
import { unreadIn } from "./unread.ts";

/** One of the chats that are open: made once for a conversation, then only changed. The list item is its node. */
export class Tab {
  readonly node: HTMLElement;
  readonly #name = make("bdi");
  readonly #count = make("span", { class: "count", hidden: true });
  readonly #link: HTMLAnchorElement;
  readonly #close = makeIconButton(cross, "", { "data-size": "small", tabindex: -1 });

  constructor(conversation: string, close: () => void) {
    const attributes = { class: "tab", href: `#${conversation}`, "data-conversation": conversation, tabindex: -1 };
    this.#link = make("a", attributes, this.#name, this.#count);
    this.node = make("li", {}, this.#link, this.#close);
    this.#close.addEventListener("click", close);
    this.node.addEventListener("mousedown", (event) => {
      // The middle button would begin to scroll.
      if (event.button === 1) event.preventDefault();
    });
    this.node.addEventListener("auxclick", (event) => {
      if (event.button !== 1) return;
      event.preventDefault();
      close();
    });
  }

  get hasFocus(): boolean {
    return this.node.contains(document.activeElement);
  }

  focus(): void {
    this.#link.focus({ preventScroll: true });
    this.bringIntoView();
  }

  bringIntoView(): void {
    this.node.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  setTabStop(isStop: boolean): void {
    setAttributes(this.#link, { tabindex: isStop ? 0 : -1 });
  }

  show(row: VisitorRow | undefined, desk: Desk, isOpened: boolean): void {
    const { texts, workspace } = desk;
    const name = row === undefined ? texts.say("visitor.unnamed") : nameOf(row, desk);
    const site = row === undefined ? null : workspace.siteOf(row);
    const unread = row === undefined ? 0 : unreadIn(row, workspace.account);
    setText(this.#name, name);
    if (site !== null) this.#link.style.setProperty("--hue", String(site.hue));
    setAttributes(this.#link, {
      "aria-current": isOpened && "true",
      "data-unread": unread > 0,
      title: site === null ? name : `${name} · ${site.name}`,
    });
    const words = texts.say("tabs.close", { name });
    setAttributes(this.#close, { "aria-label": words, title: words });
    this.#showCount(unread, desk);
  }

  #showCount(unread: number, { texts }: Desk): void {
    this.#count.hidden = unread === 0;
    if (unread === 0) return this.#count.replaceChildren();
    const figure = make("span", { "aria-hidden": "true" }, texts.number(unread));
    this.#count.replaceChildren(figure, make("span", { class: "unseen" }, texts.count("list.unread", unread)));
  }
}
