import type { VisitorRow } from "../live/wire.ts";
import { makeButton, makeIconButton } from "./buttons.ts";
import type { Desk } from "./desk.ts";
import { close } from "./drawings.ts";
import { makeFace, showFace } from "./face.ts";
import { make, setAttributes, setText } from "./make.ts";
import { shortAddress } from "./page-address.ts";
import { nameOf } from "./row.ts";
import { isAsked } from "./unread.ts";

const visitorLastsMilliseconds = 20_000;
const failureLastsMilliseconds = 8_000;
/** More would cover what one is working on; a later one takes the place of the earliest. */
const mostToasts = 2;

interface VisitorToast {
  readonly element: HTMLElement;
  readonly face: HTMLElement;
  readonly title: HTMLElement;
}

/** What just happened, said once in a corner: a visitor with details (E30), or a command that was refused. */
export class Toasts {
  readonly node: HTMLElement;
  readonly #desk: Desk;
  readonly #byConversation = new Map<string, VisitorToast>();

  constructor(desk: Desk, signal: AbortSignal) {
    this.#desk = desk;
    this.node = make("div", { class: "toasts", role: "status", "aria-live": "polite" });
    desk.workspace.on("rows", () => this.#follow(), signal);
    // Nothing can be answered any more, and the reason stands above.
    desk.workspace.on("ended", () => this.node.replaceChildren(), signal);
  }

  showVisitor(row: VisitorRow, join: () => void): void {
    const { texts, workspace } = this.#desk;
    const { page } = row.visitor;
    const site = workspace.siteOf(row)?.name ?? "";
    const details = page === null
      ? site
      : texts.say("toast.siteAndPage", { site, page: page.title || shortAddress(page.url) });
    const answer = makeButton(texts.say("chat.join"), { "data-kind": "primary", "data-size": "small" });
    const face = makeFace({ name: null });
    const title = make("b");
    const words = make("div", {}, title, make("small", {}, details));
    const element = this.#make(face, words, make("div", { class: "buttons" }, answer));
    answer.addEventListener("click", () => {
      element.remove();
      join();
    });
    this.#byConversation.get(row.conversation)?.element.remove();
    this.#byConversation.set(row.conversation, { element, face, title });
    this.#follow();
    this.#show(element, visitorLastsMilliseconds);
  }

  /** What happens in a moment, unless it is taken back. */
  showHeld(text: string, milliseconds: number, takeBack: () => void): void {
    const back = makeButton(this.#desk.texts.say("held.takeBack"), { "data-size": "small" });
    const toast = this.#make(make("span"), make("div", {}, text), make("div", { class: "buttons" }, back));
    setAttributes(toast, { "data-held": true });
    back.addEventListener("click", () => {
      toast.remove();
      takeBack();
    });
    this.#show(toast, milliseconds);
    setTimeout(() => toast.remove(), milliseconds);
  }

  /** Puts all of them away; false when there was none. */
  dismiss(): boolean {
    const isShown = this.node.childElementCount > 0;
    this.node.replaceChildren();
    return isShown;
  }

  /** With a way to look at what failed, where there is one. */
  showFailure(text: string, look: { readonly words: string; readonly act: () => void } | null = null): void {
    const button = look === null ? null : makeButton(look.words, { "data-size": "small" });
    const buttons = button === null ? null : make("div", { class: "buttons" }, button);
    const toast = this.#make(make("span"), make("div", { role: "alert" }, text), buttons);
    button?.addEventListener("click", () => {
      toast.remove();
      look?.act();
    });
    this.#show(toast, look === null ? failureLastsMilliseconds : visitorLastsMilliseconds);
  }

  #make(face: Node, words: Node, buttons: Node | null): HTMLElement {
    const dismiss = makeIconButton(close, this.#desk.texts.say("toast.dismiss"), { "data-size": "small" });
    const toast = make("div", { class: "toast" }, face, words, dismiss, buttons);
    dismiss.addEventListener("click", () => toast.remove());
    return toast;
  }

  #show(toast: HTMLElement, milliseconds: number): void {
    this.node.append(toast);
    while (this.node.childElementCount > mostToasts) this.#earliest?.remove();
    // Who is on it with the pointer or the keyboard is not done with it.
    const leave = (): void => {
      if (toast.matches(":hover, :focus-within")) setTimeout(leave, milliseconds);
      else toast.remove();
    };
    setTimeout(leave, milliseconds);
  }

  /** Of those that nothing is lost with, if there is one. */
  get #earliest(): Element | null {
    return this.node.querySelector(".toast:not([data-held])") ?? this.node.firstElementChild;
  }

  /** The name comes with the form; once somebody answered, the news is old. */
  #follow(): void {
    const { rows } = this.#desk.workspace.rows;
    for (const [conversation, { element, face, title }] of this.#byConversation) {
      const row = rows.get(conversation);
      const asked = row !== undefined && isAsked(row, this.#desk.workspace.account);
      if (row !== undefined && (asked || row.chat.state === "waiting")) {
        showFace(face, { name: row.visitor.name, tone: "wait" });
        const turn = row.chat.transfer?.offered === true;
        const key = !asked ? "toast.newVisitor" : turn ? "toast.turn" : "toast.transferred";
        setText(title, this.#desk.texts.say(key, { name: nameOf(row, this.#desk) }));
      } else {
        element.remove();
        this.#byConversation.delete(conversation);
      }
    }
  }
}
