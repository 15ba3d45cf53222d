import type { Notice } from "../live/wire.ts";
import { makeButton, makeIconButton } from "./buttons.ts";
import type { Desk } from "./desk.ts";
import { archive } from "./drawings.ts";
import { make, setAttributes, setText } from "./make.ts";

const headings: Readonly<Record<string, string>> = {
  newVisitor: "notices.newVisitor",
  newMessage: "notices.newMessage",
  missedMessage: "notices.missedMessage",
  mentioned: "notices.mentioned",
  transfer: "notices.transfer",
  waitOverdue: "notices.waitOverdue",
  banned: "notices.banned",
  ruled: "notices.ruled",
  archiveReady: "notices.archiveReady",
  answer: "notices.answer",
  answerLate: "notices.answerLate",
  creditBack: "notices.creditBack",
  messageAccepted: "notices.messageAccepted",
  messageDeclined: "notices.messageDeclined",
  messageUndelivered: "notices.messageUndelivered",
  creditEnds: "notices.creditEnds",
  creditLow: "notices.creditLow",
  subscriptionUnpaid: "notices.subscriptionUnpaid",
  subscriptionEnded: "notices.subscriptionEnded",
  rechargeStopped: "notices.rechargeStopped",
  purchasePaid: "notices.purchasePaid",
  purchaseRefunded: "notices.purchaseRefunded",
  purchaseWaits: "notices.purchaseWaits",
  tip: "notices.tip",
  serviceRefunded: "notices.serviceRefunded",
  earningReturned: "notices.earningReturned",
};

/** Where a notice leads that is about no conversation. */
const places: Readonly<Record<string, string>> = {
  archiveReady: "/profile/privacy",
  answer: "/conversations",
  answerLate: "/conversations",
  creditBack: "/conversations",
  messageAccepted: "/conversations",
  messageDeclined: "/conversations",
  messageUndelivered: "/conversations",
  creditEnds: "/wallet",
  creditLow: "/buy",
  subscriptionUnpaid: "/wallet",
  subscriptionEnded: "/wallet",
  rechargeStopped: "/wallet",
  purchasePaid: "/wallet",
  purchaseRefunded: "/wallet",
  purchaseWaits: "/wallet",
  tip: "/earnings",
  serviceRefunded: "/wallet",
  earningReturned: "/earnings",
};

/** Whether these words are known here; a later server may tell of more. */
export function isKnown({ kind }: Notice): boolean {
  return kind in headings;
}

/**
 * One notice, with what can be done about it where it stands: open, join, reply, put away (B67c). Events `parley-open`, `parley-failure`
 * and `parley-noticed`, when it was acted on.
 */
export class NoticeLine {
  readonly node = make("li", { class: "told" });
  readonly #desk: Desk;
  readonly #heading = make("b");
  readonly #about = make("small");
  readonly #text = make("p", { dir: "auto" });
  readonly #buttons = make("div", { class: "buttons" });
  readonly #open = make("button", { class: "words", type: "button" });
  #notice: Notice;
  #acts = "";
  #form: HTMLFormElement | null = null;

  constructor(desk: Desk, notice: Notice) {
    this.#desk = desk;
    this.#notice = notice;
    this.#open.append(this.#heading, this.#about, this.#text);
    this.#open.addEventListener("click", () => this.#show(false));
    this.node.append(this.#open, this.#buttons);
    this.show(notice);
  }

  show(notice: Notice): void {
    this.#notice = notice;
    const { texts, times, workspace } = this.#desk;
    const name = notice.name ?? texts.say("visitor.unnamed");
    setAttributes(this.node, { "data-unread": !notice.read });
    setText(this.#heading, texts.count(headings[notice.kind] ?? "", notice.count, { name }));
    setText(this.#about, `${workspace.placeOf(notice)} · ${times.ago(notice.at, Date.now())}`);
    setText(this.#text, notice.text ?? "");
    this.#text.hidden = notice.text === null;
    const acts = notice.acts.join();
    if (acts === this.#acts && this.#buttons.childElementCount > 0) return;
    this.#acts = acts;
    // Who is writing is not interrupted: the words stay until they are sent or given up.
    if (this.#form === null) this.#showButtons();
  }

  #showButtons(): void {
    const { texts } = this.#desk;
    const { acts } = this.#notice;
    const join = makeButton(texts.say("chat.join"), { "data-size": "small", "data-kind": "primary" });
    join.addEventListener("click", () => this.#show(true));
    const reply = makeButton(texts.say("notices.reply"), { "data-size": "small" });
    reply.addEventListener("click", () => this.#write());
    const away = makeIconButton(archive, texts.say("notices.archive"), { "data-size": "small" });
    away.addEventListener("click", () => this.#do(this.#desk.workspace.archiveNotice(this.#notice.id)));
    const shown = [acts.includes("join") ? join : null, acts.includes("reply") ? reply : null, away];
    this.#buttons.replaceChildren(...shown.filter((button) => button !== null));
  }

  #show(join: boolean): void {
    const { conversation, id, kind, read } = this.#notice;
    const place = places[kind];
    if (conversation === null) {
      if (!read) this.#do(this.#desk.workspace.readNotice(id));
      if (place !== undefined) location.assign(place);
      return;
    }
    if (!read) this.#do(this.#desk.workspace.readNotice(id));
    this.#say("parley-open", { conversation, join });
    this.#say("parley-noticed", null);
  }

  /** Replying from the notice itself, without leaving what one is at. */
  #write(): void {
    const { texts } = this.#desk;
    const name = this.#notice.name ?? texts.say("visitor.unnamed");
    const words = make("textarea", {
      class: "input",
      rows: 2,
      maxlength: 8000,
      required: true,
      dir: "auto",
      "aria-label": texts.say("composer.label", { name }),
    });
    const send = make(
      "button",
      { class: "button", "data-kind": "primary", "data-size": "small" },
      texts.say("composer.send"),
    );
    const cancel = makeButton(texts.say("notices.cancel"), { "data-size": "small", "data-kind": "quiet" });
    const form = make("form", { class: "reply" }, words, make("div", { class: "buttons" }, send, cancel));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#reply(words.value);
    });
    words.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    cancel.addEventListener("click", () => this.#endWriting());
    this.#form = form;
    this.#buttons.replaceChildren();
    this.node.append(form);
    words.focus();
  }

  #reply(text: string): void {
    const { workspace, texts } = this.#desk;
    const { conversation, id } = this.#notice;
    if (conversation === null || text.trim() === "") return;
    // The outbox keeps it from here on, as it does for a message that is written in the chat.
    if (!workspace.threads.send(conversation, text.trim())) {
      return this.#say("parley-failure", texts.say("failure.outboxFull"));
    }
    this.#do(workspace.readNotice(id));
    this.#endWriting();
  }

  #endWriting(): void {
    this.#form?.remove();
    this.#form = null;
    this.#showButtons();
    this.#buttons.querySelector("button")?.focus();
  }

  #do(asked: Promise<{ readonly event: string; readonly text?: string }>): void {
    const { texts } = this.#desk;
    asked.then(
      (answer) => answer.event === "Refused" && this.#say("parley-failure", answer.text ?? ""),
      () => this.#say("parley-failure", texts.say("failure.offline")),
    );
  }

  #say(name: string, detail: unknown): void {
    this.node.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}
