import type { Answer, VisitorRow } from "../live/wire.ts";
import { makeButton } from "./buttons.ts";
import { mayClose, mayTransfer } from "./chat-deeds.ts";
import { ChatFoot } from "./chat-foot.ts";
import { ChatHead } from "./chat-head.ts";
import type { Command } from "./commands.ts";
import { DeskElement } from "./desk.ts";
import { back } from "./drawings.ts";
import { EmptyPlace, situationOf } from "./empty-place.ts";
import { make, setAttributes } from "./make.ts";
import type { ParleyThread } from "./parley-thread.ts";
import { nameOf } from "./row.ts";
import { openTransferDialog } from "./transfer-dialog.ts";
import { makeUnsentWords } from "./unsent-words.ts";

const secondMilliseconds = 1_000;

/**
 * One chat: what stands over the thread, the thread, and where one writes. Attributes `conversation` and `panel` (open, closed).
 * Events `parley-back`, `parley-panel`, `parley-failure`.
 */
export class ParleyChat extends DeskElement {
  static readonly observedAttributes = ["conversation", "panel"];

  #head: ChatHead | null = null;
  #thread: ParleyThread | null = null;
  #foot: ChatFoot | null = null;
  #empty: EmptyPlace | null = null;
  #gone = make("div");
  /** Below: what was written here and cannot be sent. */
  #unsent = make("div");

  attributeChangedCallback(): void {
    if (this.isConnected) this.render();
  }

  /** Puts the cursor where one writes, at once or as soon as one may. */
  focusComposer(): void {
    if (this.#foot?.focusComposer() !== true) this.focusName();
  }

  focusName(): void {
    this.#head?.focusName();
  }

  /** Closing the sidebar leads back to what opened it. */
  focusPanelButton(): void {
    this.#head?.focusPanelButton();
  }

  /** Who of the colleagues should take the chat over (E53). */
  askToTransfer(): void {
    const row = this.#row;
    if (row === null || !mayTransfer(row, this.desk.workspace)) return;
    if (document.querySelector("dialog[open]") !== null) return;
    openTransferDialog(this.closest("parley-console") ?? this, this.desk, row.conversation);
  }

  /** A line of the thread, however long ago it was said. */
  lookAt(n: number): void {
    void this.#thread?.lookAt(n);
  }

  /** The buttons over and under the thread, by their names, for the palette. */
  deedCommands(): readonly Command[] {
    if (this.#row === null) return [];
    const kind = this.desk.texts.say("palette.chat");
    const buttons = [...this.#foot?.ways ?? [], ...this.#head?.deeds ?? []];
    return buttons.map((button) => ({ label: button.textContent, kind, act: (): void => button.click() }));
  }

  /** What the palette offers for where one writes to the visitor. */
  replyCommands(): readonly Command[] {
    return this.#foot?.replyCommands() ?? [];
  }

  /** The same once they are there, where they had not come yet. */
  async moreReplyCommands(): Promise<readonly Command[]> {
    return await this.#foot?.moreReplyCommands() ?? [];
  }

  /** As the button over the thread does. */
  closeChat(): void {
    const row = this.#row;
    if (row !== null && mayClose(row, this.desk.workspace)) this.#command("close", this.#head?.close);
  }

  protected begin(signal: AbortSignal): void {
    this.#build();
    const { workspace } = this.desk;
    workspace.on("rows", () => this.renderSoon(), signal);
    workspace.on("me", () => this.renderSoon(), signal);
    workspace.on("thread", (conversation) => {
      if (this.#row === null && conversation === this.getAttribute("conversation")) this.renderSoon();
    }, signal);
    this.addEventListener("parley-sent", () => this.#thread?.follow(), { signal });
    this.addEventListener("parley-undone", ({ detail }) => this.#foot?.takeBack(detail), { signal });
    workspace.on("deal", () => this.renderSoon(), signal);
    workspace.viewing.on("changed", () => this.#head?.showViewers(workspace.viewing.others), signal);
    document.addEventListener("visibilitychange", () => this.#look(), { signal });
    const timer = setInterval(() => this.#foot?.tick(), secondMilliseconds);
    signal.addEventListener("abort", () => clearInterval(timer));
    this.render();
  }

  protected override end(): void {
    this.desk.workspace.viewing.look(null);
    this.#thread = null;
    this.#foot?.clear();
  }

  protected render(): void {
    this.#look();
    const { workspace } = this.desk;
    const conversation = this.getAttribute("conversation");
    const row = this.#row;
    const [head, foot] = [this.#head, this.#foot];
    if (row === null || head === null || foot === null) {
      return this.#showNothing(conversation !== null && workspace.loaded && !workspace.seeks(conversation));
    }
    head.show(row, this.getAttribute("panel") === "open");
    const thread = this.#threadOf(row);
    if (!thread.isConnected) this.replaceChildren(head.node, foot.node);
    foot.show(row);
    // The thread comes last, so that it finds its place in the room that the rest leaves it.
    if (!thread.isConnected) head.node.after(thread);
  }

  get #row(): VisitorRow | null {
    const conversation = this.getAttribute("conversation");
    return conversation === null ? null : this.desk.workspace.row(conversation) ?? null;
  }

  /** Tells the colleagues which chat is open here, as long as it is looked at. A paid thread has none. */
  #look(): void {
    const { workspace } = this.desk;
    const conversation = this.#row?.conversation;
    const isShown = conversation !== undefined && !document.hidden && !workspace.rows.isOwn(conversation);
    workspace.viewing.look(isShown ? conversation : null);
  }

  #build(): void {
    const { texts } = this.desk;
    this.#head = new ChatHead(this.desk, {
      back: () => this.say("parley-back"),
      transfer: () => this.askToTransfer(),
      leave: () => this.#command("leave", this.#head?.leave),
      close: () => this.#command("close", this.#head?.close),
      panel: () => this.say("parley-panel"),
    });
    this.#foot = new ChatFoot(this.desk, (button) => this.#command("join", button));
    this.#empty = new EmptyPlace(this.desk, {
      ready: ["chat.noneTitle", "chat.noneText"],
      reads: ["chat.noneTitle", "chat.noneTextReading"],
      asked: ["chat.noneTitleAsked", "chat.noneTextAsked"],
    });
    const away = makeButton("", {}, back);
    away.append(make("span", {}, texts.say("chat.back")));
    away.addEventListener("click", () => this.say("parley-back"));
    const words = [make("h2", {}, texts.say("chat.goneTitle")), make("p", {}, texts.say("chat.goneText"))];
    this.#gone = make("div", { class: "empty" }, ...words, this.#unsent, away);
    setAttributes(this, { role: "region", "aria-label": texts.say("chat.label") });
  }

  #showNothing(isGone: boolean): void {
    this.#thread = null;
    this.#foot?.clear();
    const { workspace } = this.desk;
    this.#empty?.show(situationOf(workspace));
    // A list without a row says it all already; before the first line nothing is known that could be said.
    const isSaid = workspace.me === null || (workspace.loaded && workspace.rows.rows.size === 0);
    if (isGone) this.#showUnsent();
    const shown = isGone ? this.#gone : isSaid ? null : this.#empty?.node ?? null;
    if (shown === null) this.replaceChildren();
    else if (!shown.isConnected) this.replaceChildren(shown);
  }

  #showUnsent(): void {
    const conversation = this.getAttribute("conversation") ?? "";
    const pending = this.desk.workspace.unsentIn(conversation);
    const key = pending.map(({ client }) => client).join();
    if (this.#unsent.dataset["shown"] === key) return;
    this.#unsent.dataset["shown"] = key;
    this.#unsent.replaceChildren(makeUnsentWords(this.desk, pending) ?? "");
  }

  #threadOf(row: VisitorRow): ParleyThread {
    const { texts, workspace } = this.desk;
    const name = nameOf(row, this.desk);
    const isKnown = this.#thread?.getAttribute("conversation") === row.conversation;
    const thread = isKnown && this.#thread ? this.#thread : document.createElement("parley-thread") as ParleyThread;
    if (!isKnown) {
      thread.desk = this.desk;
      this.#thread = thread;
    }
    setAttributes(thread, {
      conversation: row.conversation,
      visitor: name,
      pseudonym: workspace.nameIn(row),
      label: texts.say("thread.label", { name }),
      ours: workspace.siteOf(row)?.ours ?? "end",
    });
    return thread;
  }

  #command(command: "join" | "leave" | "close", pressed: HTMLElement | undefined): void {
    const conversation = this.getAttribute("conversation") ?? "";
    if (pressed === undefined || pressed.getAttribute("aria-busy") === "true") return;
    setAttributes(pressed, { "aria-busy": "true" });
    const done = (answer: Answer): void => {
      if (answer.event === "Refused") this.say("parley-failure", answer.text);
    };
    this.desk.workspace[command](conversation)
      .then(done, () => this.say("parley-failure", this.desk.texts.say("failure.offline")))
      .finally(() => setAttributes(pressed, { "aria-busy": false }));
  }
}
