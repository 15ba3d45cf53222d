import type { Answer, VisitorRow } from "../live/wire.ts";
import { makeButton, makeIconButton } from "./buttons.ts";
import { mayClose, mayTransfer } from "./chat-deeds.ts";
import type { Command } from "./commands.ts";
import { DeskElement } from "./desk.ts";
import { DueBar } from "./due-bar.ts";
import { back, check, type Drawing, leave, panel, transfer } from "./drawings.ts";
import { topicOf } from "./threads.ts";
import { openTransferDialog } from "./transfer-dialog.ts";
import { isAsked } from "./unread.ts";
import type { MinutesBar } from "./minutes-bar.ts";
import { EmptyPlace, situationOf } from "./empty-place.ts";
import { makeFace, showFace } from "./face.ts";
import { make, setAttributes, setText } from "./make.ts";
import { addressOf, shortAddress } from "./page-address.ts";
import type { ParleyComposer } from "./parley-composer.ts";
import type { ParleyNote } from "./parley-note.ts";
import type { ParleyThread } from "./parley-thread.ts";
import { nameOf } from "./row.ts";
import { ViewerFaces } from "./viewer-faces.ts";
import { takenBack } from "./undo.ts";

const secondMilliseconds = 1_000;

/** What stands under the thread. */
type Foot = "write" | "note" | "join" | "readOnly" | "closed" | "nothing";

/**
 * One chat: the visitor's header (E22c), the thread, and where one writes. Attributes `conversation` and `panel` (open, closed).
 * Events `parley-back`, `parley-panel`, `parley-failure`.
 */
export class ParleyChat extends DeskElement {
  static readonly observedAttributes = ["conversation", "panel"];

  readonly #face = makeFace({ name: null });
  readonly #words = make("bdi");
  readonly #name = make("h1", { tabindex: -1 }, this.#words);
  readonly #about = make("p");
  readonly #buttons = make("div", { class: "buttons" });
  readonly #foot = make("div", { class: "foot" });
  #due: DueBar | null = null;
  #viewers: ViewerFaces | null = null;
  readonly #minutes = make("div", { hidden: true });
  #minutesBar: MinutesBar | null = null;
  #loadsMinutes = false;
  #transfer = make("button");
  #leave = make("button");
  #close = make("button");
  #panel = make("button");
  #header = make("header");
  #empty: EmptyPlace | null = null;
  #gone = make("div");
  #thread: ParleyThread | null = null;
  #composer: ParleyComposer | ParleyNote | null = null;
  /** Whether one writes for the team, and not for the visitor. */
  #writesNote = false;
  #shownFoot = "";
  #wantsToWrite = false;

  attributeChangedCallback(): void {
    if (this.isConnected) this.render();
  }

  /** Puts the cursor where one writes, at once or as soon as one may. */
  focusComposer(): void {
    this.#wantsToWrite = this.#composer === null;
    if (this.#composer === null) this.#name.focus({ preventScroll: true });
    else this.#composer.focus({ preventScroll: true });
  }

  focusName(): void {
    this.#name.focus({ preventScroll: true });
  }

  /** Closing the sidebar leads back to what opened it. */
  focusPanelButton(): void {
    this.#panel.focus({ preventScroll: true });
  }

  /** Who of the colleagues should take the chat over (E53). */
  askToTransfer(): void {
    const conversation = this.getAttribute("conversation");
    if (conversation === null || this.#transfer.hidden || document.querySelector("dialog[open]") !== null) return;
    openTransferDialog(this.closest("parley-console") ?? this, this.desk, conversation);
  }

  /** A line of the thread, however long ago it was said. */
  lookAt(n: number): void {
    void this.#thread?.lookAt(n);
  }

  /** What the palette offers for where one writes to the visitor. */
  replyCommands(): readonly Command[] {
    return this.#composer !== null && "replyCommands" in this.#composer ? this.#composer.replyCommands() : [];
  }

  /** The same once they are there, where they had not come yet. */
  async moreReplyCommands(): Promise<readonly Command[]> {
    return this.#composer !== null && "fetchReplyCommands" in this.#composer
      ? await this.#composer.fetchReplyCommands()
      : [];
  }

  /** As the button over the thread does. */
  closeChat(): void {
    if (!this.#close.hidden) this.#command("close");
  }

  protected begin(signal: AbortSignal): void {
    this.#build(signal);
    const { workspace } = this.desk;
    workspace.on("rows", () => this.renderSoon(), signal);
    workspace.on("me", () => this.renderSoon(), signal);
    this.addEventListener("parley-sent", () => this.#thread?.follow(), { signal });
    this.addEventListener("parley-undone", ({ detail }) => this.#takeBack(detail), { signal });
    workspace.on("deal", () => this.renderSoon(), signal);
    workspace.viewing.on("changed", () => this.#viewers?.show(workspace.viewing.others), signal);
    document.addEventListener("visibilitychange", () => this.#look(), { signal });
    const timer = setInterval(() => {
      this.#due?.tick();
      this.#showMinutes();
    }, secondMilliseconds);
    signal.addEventListener("abort", () => clearInterval(timer));
    this.render();
  }

  protected override end(): void {
    this.desk.workspace.viewing.look(null);
    this.#thread = null;
    this.#composer = null;
    this.#shownFoot = "";
  }

  /** Tells the colleagues which chat is open here, as long as it is looked at. A paid thread has none. */
  #look(): void {
    const { workspace } = this.desk;
    const conversation = this.getAttribute("conversation");
    const isShown = conversation !== null && workspace.row(conversation) !== undefined && !document.hidden;
    workspace.viewing.look(isShown && !workspace.rows.isOwn(conversation) ? conversation : null);
  }

  protected render(): void {
    this.#look();
    const { workspace } = this.desk;
    const conversation = this.getAttribute("conversation");
    const row = conversation === null ? null : workspace.row(conversation) ?? null;
    if (row === null) {
      return this.#showNothing(conversation !== null && workspace.loaded && !workspace.seeks(conversation));
    }
    this.#showHeader(row);
    const thread = this.#threadOf(row);
    if (!thread.isConnected) this.replaceChildren(this.#header, this.#foot);
    this.#showFoot(row);
    this.#due?.show(row);
    this.#showMinutes();
    // The thread comes last, so that it finds its place in the room that the rest leaves it.
    if (!thread.isConnected) this.#header.after(thread);
  }

  #build(signal: AbortSignal): void {
    const { texts } = this.desk;
    const toList = makeIconButton(back, texts.say("chat.back"), { class: "button back" });
    toList.addEventListener("click", () => this.say("parley-back"), { signal });
    this.#transfer = this.#button(transfer, texts.say("chat.transfer"), signal, () => this.askToTransfer());
    this.#leave = this.#button(leave, texts.say("chat.leave"), signal, () => this.#command("leave"));
    this.#close = this.#button(check, texts.say("chat.close"), signal, () => this.#command("close"));
    this.#panel = makeIconButton(panel, texts.say("chat.panel"));
    this.#panel.addEventListener("click", () => this.say("parley-panel"), { signal });
    this.#buttons.replaceChildren(this.#transfer, this.#leave, this.#close, this.#panel);
    this.#viewers = new ViewerFaces(texts);
    this.#header = make(
      "header",
      {},
      toList,
      this.#face,
      make("div", { class: "who" }, this.#name, this.#about),
      this.#viewers.node,
      this.#buttons,
    );
    this.#due = new DueBar(this.desk);
    this.#empty = new EmptyPlace(this.desk, {
      ready: ["chat.noneTitle", "chat.noneText"],
      reads: ["chat.noneTitle", "chat.noneTextReading"],
      asked: ["chat.noneTitleAsked", "chat.noneTextAsked"],
    });
    const away = this.#button(back, texts.say("chat.back"), signal, () => this.say("parley-back"));
    this.#gone = make(
      "div",
      { class: "empty" },
      make("h2", {}, texts.say("chat.goneTitle")),
      make("p", {}, texts.say("chat.goneText")),
      away,
    );
    setAttributes(this, { role: "region", "aria-label": texts.say("chat.label") });
  }

  /** Picture and words; where there is little room, one of them is enough. */
  #button(picture: Drawing, words: string, signal: AbortSignal, action: () => void): HTMLButtonElement {
    const button = makeButton("", {}, picture);
    button.append(make("span", {}, words));
    button.addEventListener("click", action, { signal });
    return button;
  }

  #showNothing(isGone: boolean): void {
    this.#thread = null;
    this.#composer = null;
    this.#shownFoot = "";
    const { workspace } = this.desk;
    this.#empty?.show(situationOf(workspace));
    // A list without a row says it all already.
    const isSaid = workspace.loaded && workspace.rows.rows.size === 0;
    const shown = isGone ? this.#gone : isSaid ? null : this.#empty?.node ?? null;
    if (shown === null) this.replaceChildren();
    else if (!shown.isConnected) this.replaceChildren(shown);
  }

  #showHeader(row: VisitorRow): void {
    const { workspace } = this.desk;
    const { visitor, chat } = row;
    showFace(this.#face, {
      name: visitor.name,
      presence: visitor.online ? "online" : "offline",
      tone: chat.state === "waiting" ? "wait" : null,
    });
    setText(this.#words, nameOf(row, this.desk));
    this.#showAbout(row);
    const joined = workspace.hasJoined(row);
    this.#leave.hidden = !joined;
    this.#transfer.hidden = !mayTransfer(row, workspace);
    this.#close.hidden = !mayClose(row, workspace);
    const isOpen = this.getAttribute("panel") === "open";
    setAttributes(this.#panel, { "aria-expanded": String(isOpen) });
  }

  /** A chat by the minute, in one's own paid threads. What shows it is fetched where there is one. */
  #showMinutes(): void {
    const { workspace, texts } = this.desk;
    const conversation = this.getAttribute("conversation") ?? "";
    const topic = topicOf(conversation);
    const deal = workspace.rows.isOwn(conversation) ? workspace.deals.of(topic) : null;
    const minutes = deal?.minutes ?? null;
    const isThere = minutes !== null && (minutes.session !== null || minutes.last !== null);
    this.#minutes.hidden = !isThere;
    if (!isThere || deal === null) return;
    if (this.#minutesBar !== null) {
      const row = workspace.row(conversation);
      const name = row === undefined ? "" : nameOf(row, this.desk);
      return this.#minutesBar.show({ topic, deal, name, now: workspace.now, free: null, own: "" });
    }
    if (this.#loadsMinutes) return;
    this.#loadsMinutes = true;
    import("./minutes-bar.ts").then(({ makeMinutesBar }) => {
      this.#minutesBar = makeMinutesBar({
        texts,
        side: "expert",
        buy: "",
        bills: "/earnings/minutes",
        visit: this.desk.frame?.visit,
        ask: (question) => workspace.connection.ask(question).catch(() => null),
      });
      this.#minutes.replaceChildren(this.#minutesBar.element);
      this.#showMinutes();
    }).catch(() => {
      // Without a network it is fetched with the next second.
      this.#loadsMinutes = false;
    });
  }

  /** The site, then where the visitor is now (E33: it changes silently), or that they are gone (E34). */
  #showAbout(row: VisitorRow): void {
    const { texts, workspace } = this.desk;
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

  #threadOf(row: VisitorRow): ParleyThread {
    const { texts, workspace } = this.desk;
    const name = nameOf(row, this.desk);
    const site = workspace.siteOf(row);
    const known = this.#thread?.getAttribute("conversation") === row.conversation ? this.#thread : null;
    const thread = known ?? document.createElement("parley-thread") as ParleyThread;
    if (known === null) {
      thread.desk = this.desk;
      this.#thread = thread;
      this.#composer = null;
      this.#writesNote = false;
      this.#shownFoot = "";
    }
    const label = texts.say("thread.label", { name });
    const ours = site?.ours ?? "end";
    setAttributes(thread, {
      conversation: row.conversation,
      visitor: name,
      pseudonym: workspace.nameIn(row),
      label,
      ours,
    });
    return thread;
  }

  #showFoot(row: VisitorRow): void {
    const foot = this.#footOf(row);
    const invited = foot === "join" ? `${namesIn(row).join()} ${row.chat.transfer?.to ?? ""}` : "";
    const shown = `${row.conversation} ${foot} ${invited} ${nameOf(row, this.desk)}`;
    if (shown === this.#shownFoot) return;
    const hadFocus = this.#foot.contains(document.activeElement);
    const wasWriting = (foot === "write" || foot === "note") && this.#composer !== null &&
      this.#shownFoot.startsWith(`${row.conversation} ${foot}`);
    this.#shownFoot = shown;
    if (wasWriting) return;
    this.#composer = null;
    this.#foot.replaceChildren(
      ...(this.#due === null ? [] : [this.#due.node]),
      this.#minutes,
      ...this.#makeModes(row),
      ...this.#partsOf(foot, row),
    );
    if (this.#composer !== null && (this.#wantsToWrite || hadFocus)) this.focusComposer();
  }

  #footOf(row: VisitorRow): Foot {
    const { workspace } = this.desk;
    if (!workspace.mayWrite(row)) return workspace.siteOf(row) === null ? "nothing" : "readOnly";
    if (this.#writesNote && workspace.mayNote(row)) return "note";
    if (row.chat.state === "closed") return "closed";
    return workspace.hasJoined(row) ? "write" : "join";
  }

  #partsOf(foot: Foot, row: VisitorRow): Node[] {
    const { texts } = this.desk;
    switch (foot) {
      case "write":
        return [this.#makeComposer(row)];
      case "note":
        return [this.#makeNote(row)];
      case "join":
        return [this.#makeInvitation(row)];
      case "readOnly":
        return [make("p", { class: "invitation" }, texts.say("chat.readOnly"))];
      case "closed":
        return [make("p", { class: "invitation" }, texts.say("chat.closedText"))];
      case "nothing":
        return [];
    }
  }

  #makeComposer(row: VisitorRow): HTMLElement {
    const { texts } = this.desk;
    const name = nameOf(row, this.desk);
    const composer = document.createElement("parley-composer") as ParleyComposer;
    composer.desk = this.desk;
    const words = {
      placeholder: texts.say("composer.placeholder", { name }),
      label: texts.say("composer.label", { name }),
    };
    setAttributes(composer, { conversation: row.conversation, ...words });
    this.#composer = composer;
    return composer;
  }

  /** To whom one writes: the visitor, or the team. */
  #makeModes(row: VisitorRow): HTMLElement[] {
    const { texts, workspace } = this.desk;
    if (!workspace.mayNote(row)) return [];
    const buttons = [false, true].map((isNote) => {
      const words = texts.say(isNote ? "note.mode" : "composer.mode");
      const button = makeButton(words, { "data-size": "small", "aria-pressed": String(isNote === this.#writesNote) });
      button.addEventListener("click", () => {
        this.#writesNote = isNote;
        this.#wantsToWrite = true;
        this.render();
      });
      return button;
    });
    return [make("div", { class: "modes", role: "group", "aria-label": texts.say("composer.modes") }, ...buttons)];
  }

  #makeNote(row: VisitorRow): HTMLElement {
    const { texts } = this.desk;
    const note = document.createElement("parley-note") as ParleyNote;
    note.desk = this.desk;
    const words = { placeholder: texts.say("note.placeholder"), label: texts.say("note.label") };
    setAttributes(note, { conversation: row.conversation, ...words });
    this.#composer = note;
    return note;
  }

  #makeInvitation(row: VisitorRow): HTMLElement {
    const { texts, workspace } = this.desk;
    const names = namesIn(row);
    const pseudonym = workspace.nameIn(row);
    const words = this.#inviting(row, names, pseudonym);
    const join = makeButton(texts.say("chat.join"), { "data-kind": "primary" });
    join.addEventListener("click", () => {
      this.#wantsToWrite = true;
      this.#command("join", join);
    });
    return make("div", { class: "invitation" }, make("p", {}, words), join);
  }

  /** What was taken back is written on, where the visitor is written to. */
  #takeBack(text: string): void {
    const drafts = this.desk.drafts();
    const topic = topicOf(this.getAttribute("conversation") ?? "");
    drafts.set(topic, takenBack(text, drafts.get(topic)));
    this.#writesNote = false;
    this.#wantsToWrite = true;
    this.#composer = null;
    this.#shownFoot = "";
    this.render();
  }

  #inviting(row: VisitorRow, names: readonly string[], pseudonym: string): string {
    const { texts, workspace } = this.desk;
    if (isAsked(row, workspace.account)) return texts.say("chat.joinAsked", { pseudonym });
    if (names.length > 0) return texts.say("chat.joinBesides", { names, pseudonym });
    const { transfer } = row.chat;
    if (transfer) {
      return texts.say(transfer.offered ? "chat.joinTurn" : "chat.joinInstead", { name: transfer.name, pseudonym });
    }
    return texts.say("chat.joinText", { pseudonym });
  }

  #command(command: "join" | "leave" | "close", button?: HTMLElement): void {
    const conversation = this.getAttribute("conversation") ?? "";
    const pressed = button ?? (command === "leave" ? this.#leave : this.#close);
    if (pressed.getAttribute("aria-busy") === "true") return;
    setAttributes(pressed, { "aria-busy": "true" });
    const done = (answer: Answer): void => {
      if (answer.event === "Refused") this.say("parley-failure", answer.text);
    };
    this.desk.workspace[command](conversation)
      .then(done, () => this.say("parley-failure", this.desk.texts.say("failure.offline")))
      .finally(() => setAttributes(pressed, { "aria-busy": false }));
  }
}

function namesIn(row: VisitorRow): string[] {
  return row.agents.filter((agent) => agent.here).map((agent) => agent.name);
}

function partsKey(parts: readonly Element[]): string {
  return parts.map((part) => `${part.textContent} ${part.getAttribute("href")}`).join("|");
}
