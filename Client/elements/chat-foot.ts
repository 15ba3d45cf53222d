import type { VisitorRow } from "../live/wire.ts";
import { makeButton } from "./buttons.ts";
import type { Command } from "./commands.ts";
import type { Desk } from "./desk.ts";
import { DueBar } from "./due-bar.ts";
import { make, setAttributes } from "./make.ts";
import { MinutesPlace } from "./minutes-place.ts";
import type { ParleyComposer } from "./parley-composer.ts";
import type { ParleyNote } from "./parley-note.ts";
import { nameOf } from "./row.ts";
import { topicOf } from "./threads.ts";
import { takenBack } from "./undo.ts";
import { isAsked } from "./unread.ts";

/** What stands there. */
type Kind = "write" | "note" | "join" | "readOnly" | "closed" | "nothing";

/** What stands under a thread: where one writes, to the visitor or to the team, or what takes its place. */
export class ChatFoot {
  readonly node = make("div", { class: "foot" });
  readonly #desk: Desk;
  readonly #join: (button: HTMLElement) => void;
  readonly #due: DueBar;
  readonly #minutes: MinutesPlace;
  #row: VisitorRow | null = null;
  #composer: ParleyComposer | ParleyNote | null = null;
  /** Whether one writes for the team, and not for the visitor. */
  #writesNote = false;
  #wantsToWrite = false;
  #shown = "";

  constructor(desk: Desk, join: (button: HTMLElement) => void) {
    this.#desk = desk;
    this.#join = join;
    this.#due = new DueBar(desk);
    this.#minutes = new MinutesPlace(desk);
  }

  /** Puts the cursor where one writes, at once or as soon as one may; false when that is later. */
  focusComposer(): boolean {
    this.#wantsToWrite = this.#composer === null;
    this.#composer?.focus({ preventScroll: true });
    return this.#composer !== null;
  }

  /** Ways to go on that stand there: to join, or to write to the other side. */
  get ways(): readonly HTMLElement[] {
    return [...this.node.querySelectorAll<HTMLElement>(".modes [aria-pressed=false], .invitation button")];
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

  show(row: VisitorRow): void {
    if (this.#row?.conversation !== row.conversation) this.clear();
    this.#row = row;
    this.#showParts(row);
    this.#due.show(row);
    this.#minutes.show(row.conversation);
  }

  /** For a thread that is opened, whichever was open before. */
  clear(): void {
    this.#row = null;
    this.#composer = null;
    this.#writesNote = false;
    this.#shown = "";
  }

  tick(): void {
    this.#due.tick();
    this.#minutes.show(this.#row?.conversation ?? "");
  }

  /** What was taken back is written on, where the visitor is written to. */
  takeBack(text: string): void {
    if (this.#row === null) return;
    const drafts = this.#desk.drafts();
    const topic = topicOf(this.#row.conversation);
    drafts.set(topic, takenBack(text, drafts.get(topic)));
    this.#writesNote = false;
    this.#wantsToWrite = true;
    this.#composer = null;
    this.#shown = "";
    this.show(this.#row);
  }

  #showParts(row: VisitorRow): void {
    const kind = this.#kindOf(row);
    const invited = kind === "join" ? `${namesIn(row).join()} ${row.chat.transfer?.to ?? ""}` : "";
    const shown = `${row.conversation} ${kind} ${invited} ${nameOf(row, this.#desk)}`;
    if (shown === this.#shown) return;
    const hadFocus = this.node.contains(document.activeElement);
    const wasWriting = (kind === "write" || kind === "note") && this.#composer !== null &&
      this.#shown.startsWith(`${row.conversation} ${kind}`);
    this.#shown = shown;
    if (wasWriting) return;
    this.#composer = null;
    const parts = [this.#due.node, this.#minutes.node, ...this.#makeModes(row), ...this.#makeParts(kind, row)];
    this.node.replaceChildren(...parts);
    if (this.#composer !== null && (this.#wantsToWrite || hadFocus)) this.focusComposer();
  }

  #kindOf(row: VisitorRow): Kind {
    const { workspace } = this.#desk;
    if (!workspace.mayWrite(row)) return workspace.siteOf(row) === null ? "nothing" : "readOnly";
    if (this.#writesNote && workspace.mayNote(row)) return "note";
    if (row.chat.state === "closed") return "closed";
    return workspace.hasJoined(row) ? "write" : "join";
  }

  /** To whom one writes: the visitor, or the team. */
  #makeModes(row: VisitorRow): HTMLElement[] {
    const { texts, workspace } = this.#desk;
    if (!workspace.mayNote(row)) return [];
    const buttons = [false, true].map((isNote) => {
      const words = texts.say(isNote ? "note.mode" : "composer.mode");
      const button = makeButton(words, { "data-size": "small", "aria-pressed": String(isNote === this.#writesNote) });
      button.addEventListener("click", () => {
        this.#writesNote = isNote;
        this.#wantsToWrite = true;
        this.show(this.#row ?? row);
      });
      return button;
    });
    return [make("div", { class: "modes", role: "group", "aria-label": texts.say("composer.modes") }, ...buttons)];
  }

  #makeParts(kind: Kind, row: VisitorRow): Node[] {
    const { texts } = this.#desk;
    switch (kind) {
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
    const { texts } = this.#desk;
    const name = nameOf(row, this.#desk);
    const composer = document.createElement("parley-composer") as ParleyComposer;
    composer.desk = this.#desk;
    const words = {
      placeholder: texts.say("composer.placeholder", { name }),
      label: texts.say("composer.label", { name }),
    };
    setAttributes(composer, { conversation: row.conversation, ...words });
    this.#composer = composer;
    return composer;
  }

  #makeNote(row: VisitorRow): HTMLElement {
    const { texts } = this.#desk;
    const note = document.createElement("parley-note") as ParleyNote;
    note.desk = this.#desk;
    const words = { placeholder: texts.say("note.placeholder"), label: texts.say("note.label") };
    setAttributes(note, { conversation: row.conversation, ...words });
    this.#composer = note;
    return note;
  }

  #makeInvitation(row: VisitorRow): HTMLElement {
    const join = makeButton(this.#desk.texts.say("chat.join"), { "data-kind": "primary" });
    join.addEventListener("click", () => {
      this.#wantsToWrite = true;
      this.#join(join);
    });
    return make("div", { class: "invitation" }, make("p", {}, this.#inviting(row)), join);
  }

  #inviting(row: VisitorRow): string {
    const { texts, workspace } = this.#desk;
    const names = namesIn(row);
    const pseudonym = workspace.nameIn(row);
    if (isAsked(row, workspace.account)) return texts.say("chat.joinAsked", { pseudonym });
    if (names.length > 0) return texts.say("chat.joinBesides", { names, pseudonym });
    const { transfer } = row.chat;
    if (transfer) {
      return texts.say(transfer.offered ? "chat.joinTurn" : "chat.joinInstead", { name: transfer.name, pseudonym });
    }
    return texts.say("chat.joinText", { pseudonym });
  }
}

function namesIn(row: VisitorRow): string[] {
  return row.agents.filter((agent) => agent.here).map((agent) => agent.name);
}
