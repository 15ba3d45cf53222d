import type { VisitorRow } from "../live/wire.ts";
import { makeButton, makeIconButton } from "./buttons.ts";
import type { Desk } from "./desk.ts";
import { close } from "./drawings.ts";
import { makeFace } from "./face.ts";
import { make } from "./make.ts";
import { shortAddress } from "./page-address.ts";
import { nameOf } from "./row.ts";

const visitorLastsMilliseconds = 20_000;
const failureLastsMilliseconds = 8_000;
/** More would cover what one is working on. */
const mostToasts = 3;

/** What just happened, said once in a corner: a visitor with details (E30), or a command that was refused. */
export class Toasts {
  readonly node: HTMLElement;
  readonly #desk: Desk;
  readonly #byConversation = new Map<string, HTMLElement>();

  constructor(desk: Desk, signal: AbortSignal) {
    this.#desk = desk;
    this.node = make("div", { class: "toasts", role: "status", "aria-live": "polite" });
    desk.workspace.on("rows", () => this.#dropAnswered(), signal);
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
    const words = make(
      "div",
      {},
      make("b", {}, texts.say("toast.newVisitor", { name: nameOf(row, this.#desk) })),
      make("small", {}, details),
    );
    const toast = this.#make(
      makeFace({ name: row.visitor.name, tone: "wait" }),
      words,
      make("div", { class: "buttons" }, answer),
    );
    answer.addEventListener("click", () => {
      toast.remove();
      join();
    });
    this.#byConversation.get(row.conversation)?.remove();
    this.#byConversation.set(row.conversation, toast);
    this.#show(toast, visitorLastsMilliseconds);
  }

  showFailure(text: string): void {
    this.#show(this.#make(make("span"), make("div", { role: "alert" }, text), null), failureLastsMilliseconds);
  }

  #make(face: Node, words: Node, buttons: Node | null): HTMLElement {
    const dismiss = makeIconButton(close, this.#desk.texts.say("toast.dismiss"), { "data-size": "small" });
    const toast = make("div", { class: "toast" }, face, words, dismiss, buttons);
    dismiss.addEventListener("click", () => toast.remove());
    return toast;
  }

  #show(toast: HTMLElement, milliseconds: number): void {
    this.node.append(toast);
    while (this.node.childElementCount > mostToasts) this.node.firstElementChild?.remove();
    // Who is on it with the pointer or the keyboard is not done with it.
    const leave = (): void => {
      if (toast.matches(":hover, :focus-within")) setTimeout(leave, milliseconds);
      else toast.remove();
    };
    setTimeout(leave, milliseconds);
  }

  /** Somebody answered: the news is old. */
  #dropAnswered(): void {
    const { rows } = this.#desk.workspace.rows;
    for (const [conversation, toast] of this.#byConversation) {
      if (rows.get(conversation)?.chat.state === "waiting") continue;
      toast.remove();
      this.#byConversation.delete(conversation);
    }
  }
}
