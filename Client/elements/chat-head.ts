import type { Viewer, VisitorRow } from "../live/wire.ts";
import { makeButton, makeIconButton } from "./buttons.ts";
import { mayClose, mayTransfer } from "./chat-deeds.ts";
import type { Desk } from "./desk.ts";
import { back, check, type Drawing, leave, panel, transfer } from "./drawings.ts";
import { makeFace, showFace } from "./face.ts";
import { make, setAttributes, setText } from "./make.ts";
import { addressOf, shortAddress } from "./page-address.ts";
import { nameOf } from "./row.ts";
import { ViewerFaces } from "./viewer-faces.ts";

/** What its buttons do. */
export interface HeadDeeds {
  readonly back: () => void;
  readonly transfer: () => void;
  readonly leave: () => void;
  readonly close: () => void;
  readonly panel: () => void;
}

/** What stands over a thread (E22c): who the visitor is and where, who else looks, and what can be done with the chat. */
export class ChatHead {
  readonly node: HTMLElement;
  readonly leave: HTMLButtonElement;
  readonly close: HTMLButtonElement;
  readonly #desk: Desk;
  readonly #face = makeFace({ name: null });
  readonly #words = make("bdi");
  readonly #name = make("h1", { tabindex: -1 }, this.#words);
  readonly #about = make("p");
  readonly #viewers: ViewerFaces;
  readonly #transfer: HTMLButtonElement;
  readonly #panel: HTMLButtonElement;

  constructor(desk: Desk, deeds: HeadDeeds) {
    this.#desk = desk;
    const { texts } = desk;
    const toList = makeIconButton(back, texts.say("chat.back"), { class: "button back" });
    this.#transfer = makeDeed(transfer, texts.say("chat.transfer"));
    this.leave = makeDeed(leave, texts.say("chat.leave"));
    this.close = makeDeed(check, texts.say("chat.close"));
    this.#panel = makeIconButton(panel, texts.say("chat.panel"));
    toList.addEventListener("click", deeds.back);
    this.#transfer.addEventListener("click", deeds.transfer);
    this.leave.addEventListener("click", deeds.leave);
    this.close.addEventListener("click", deeds.close);
    this.#panel.addEventListener("click", deeds.panel);
    this.#viewers = new ViewerFaces(texts);
    const who = make("div", { class: "who" }, this.#name, this.#about);
    const buttons = make("div", { class: "buttons" }, this.#transfer, this.leave, this.close, this.#panel);
    this.node = make("header", {}, toList, this.#face, who, this.#viewers.node, buttons);
  }

  focusName(): void {
    this.#name.focus({ preventScroll: true });
  }

  /** Closing the sidebar leads back to what opened it. */
  focusPanelButton(): void {
    this.#panel.focus({ preventScroll: true });
  }

  /** What can be done with the chat now. */
  get deeds(): readonly HTMLElement[] {
    return [this.#transfer, this.leave, this.close].filter((button) => !button.hidden);
  }

  show(row: VisitorRow, isPanelOpen: boolean): void {
    const { workspace } = this.#desk;
    const { visitor, chat } = row;
    showFace(this.#face, {
      name: visitor.name,
      presence: visitor.online ? "online" : "offline",
      tone: chat.state === "waiting" ? "wait" : null,
    });
    setText(this.#words, nameOf(row, this.#desk));
    this.#showAbout(row);
    this.leave.hidden = !workspace.hasJoined(row);
    this.#transfer.hidden = !mayTransfer(row, workspace);
    this.close.hidden = !mayClose(row, workspace);
    setAttributes(this.#panel, { "aria-expanded": String(isPanelOpen) });
  }

  showViewers(viewers: readonly Viewer[]): void {
    this.#viewers.show(viewers);
  }

  /** The site, then where the visitor is now (E33: it changes silently), or that they are gone (E34). */
  #showAbout(row: VisitorRow): void {
    const { texts, workspace } = this.#desk;
    const { visitor } = row;
    const parts: HTMLElement[] = [make("bdi", {}, workspace.siteOf(row)?.name ?? "")];
    const join = (words: string, part: HTMLElement): void => {
      parts.push(make("span", { class: "joint" }, words), part);
    };
    if (!visitor.online) join(" · ", make("span", {}, texts.say("visitor.offline")));
    else if (visitor.page !== null) {
      const link = make("a", {
        href: addressOf(visitor.page.url),
        target: "_blank",
        rel: "noopener noreferrer",
        title: visitor.page.title,
      });
      link.append(make("bdi", {}, shortAddress(visitor.page.url)));
      join(` · ${texts.say("visitor.onPage")} `, link);
    } else join(" · ", make("span", {}, texts.say("visitor.online")));
    if (this.#about.dataset["shown"] === partsKey(parts)) return;
    this.#about.dataset["shown"] = partsKey(parts);
    this.#about.replaceChildren(...parts);
  }
}

/** Picture and words; where there is little room, one of them is enough. */
function makeDeed(picture: Drawing, words: string): HTMLButtonElement {
  const button = makeButton("", {}, picture);
  button.append(make("span", {}, words));
  return button;
}

function partsKey(parts: readonly Element[]): string {
  return parts.map((part) => `${part.textContent} ${part.getAttribute("href")}`).join("|");
}
