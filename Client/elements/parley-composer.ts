import { randomId } from "../live/wire.ts";
import { makeButton, makeIconButton } from "./buttons.ts";
import { makeCloserLook } from "./closer-look.ts";
import type { Command } from "./commands.ts";
import { DeskElement } from "./desk.ts";
import { flash, smile } from "./drawings.ts";
import { takeDrops, takePastes } from "./dropping.ts";
import { type Warning, warningOf } from "./guards.ts";
import { make, setAttributes, setText } from "./make.ts";
import { type CannedReply, fill, gapIn, isMacro, put, type Slash, type Values } from "./replies.ts";
import { ReplyList } from "./reply-list.ts";
import { topicOf } from "./threads.ts";
import { makeTray, type Tray } from "./tray.ts";
import { roomAfter, sends } from "./writing.ts";

/** So few left that it is said how many. */
const warnFrom = 500;
const typingAgainMilliseconds = 3_000;
const stillTypingMilliseconds = 5_000;

const warningTexts: Readonly<Record<Warning["kind"], string>> = {
  brand: "guard.brand",
  name: "guard.name",
  contact: "guard.contact",
  hidden: "guard.hidden",
  colleague: "guard.colleague",
  gap: "guard.gap",
};

/**
 * Where one writes. Attributes `conversation`, `placeholder` and `label`. Enter sends, Shift-Enter breaks the line; what is not sent is
 * a draft of this thread and is there again after switching and reloading. Files are chosen, dropped on the chat or pasted.
 * A / at the start of a word offers canned replies and macros.
 */
export class ParleyComposer extends DeskElement {
  readonly #text = make("textarea", { rows: 1, enterkeyhint: "send", autocomplete: "off" });
  readonly #hint = make("small");
  readonly #warning = make("div", { class: "warning", role: "alert", hidden: true });
  /** What its writer wants to send all the same. */
  #confirmed = "";
  /** Where emoji are chosen. */
  readonly #emoji = make("div", { class: "emoji-place", hidden: true });
  #tray: Tray | null = null;
  #replies: ReplyList | null = null;
  /** By macro and words: said again after a cut, it is the same. */
  readonly #macros = new Map<string, string>();
  #signal: AbortSignal | null = null;
  readonly #send = make("button", { class: "button", "data-kind": "primary", type: "submit" });
  #typingSaidAt = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;

  override focus(options?: FocusOptions): void {
    this.#text.focus(options);
  }

  protected begin(signal: AbortSignal): void {
    const { texts } = this.desk;
    this.#signal = signal;
    const tray = this.#tray = this.#makeTray();
    const replies = this.#replies = new ReplyList({
      field: this.#text,
      texts,
      names: (tags) => this.#tagNames(tags),
      take: (reply, slash) => this.#takeReply(reply, slash),
    });
    const asking = this.desk.frame === null ? this.#makeReplyButton(signal) : "";
    const ways = make("div", { class: "attach" }, tray.buttons, this.#makeEmojiButton(signal), asking);
    const parts = [this.#warning, this.#emoji, tray.element, this.#text, ways, this.#hint, this.#send];
    const form = make("form", { class: "composer" }, ...parts);
    this.#send.replaceChildren(texts.say("composer.send"));
    setAttributes(this.#text, {
      "aria-label": this.getAttribute("label"),
      placeholder: this.getAttribute("placeholder"),
    });
    this.#text.value = this.desk.drafts().get(topicOf(this.#conversation));
    this.replaceChildren(replies.node, replies.status, form);
    this.desk.drafts().on("taken", (topic) => this.#takeDraft(topic), signal);
    this.#text.addEventListener("input", () => this.#changed(), { signal });
    this.#text.addEventListener("click", () => replies.look(), { signal });
    this.#text.addEventListener("blur", () => replies.close(), { signal });
    this.#text.addEventListener("keydown", (event) => this.#keydown(event), { signal });
    this.#text.addEventListener("blur", () => this.#stopTyping(), { signal });
    const chat = this.closest<HTMLElement>("parley-chat") ?? this;
    takeDrops(chat, texts.say("files.drop"), () => this.#takesFiles, tray.take, signal);
    takePastes(this.#text, (files) => this.#takesFiles && tray.take(files), signal);
    form.addEventListener("submit", (event) => this.#submit(event), { signal });
    if (this.desk.frame === null) void this.#fetchReplies();
    this.render();
  }

  /** What the palette offers: each reply and macro, as Enter in the list does. */
  replyCommands(): readonly Command[] {
    const { texts } = this.desk;
    return (this.#replies?.replies ?? []).map((reply) => ({
      label: reply.name,
      kind: texts.say(isMacro(reply) ? "palette.macro" : "replies.open"),
      act: (): void => this.#takeReply(reply, { from: this.#text.selectionStart, typed: null }),
    }));
  }

  /** The same for who asks before they have come; nothing where they are there. */
  async fetchReplyCommands(): Promise<readonly Command[]> {
    if (this.desk.frame !== null || (this.#replies?.replies.length ?? 0) > 0) return [];
    await this.#fetchReplies();
    return this.replyCommands();
  }

  protected override end(): void {
    this.#stopTyping();
  }

  protected render(): void {
    const { texts } = this.desk;
    if (this.#tray) this.#tray.buttons.hidden = !this.#takesFiles;
    const left = roomAfter(this.#text.value);
    const isLong = left <= warnFrom;
    const warning = left < 0 ? texts.count("composer.tooLong", -left) : texts.count("composer.left", left);
    setText(this.#hint, isLong ? warning : texts.say("composer.hint"));
    setAttributes(this.#hint, { class: isLong && "error", role: isLong && "status" });
    const isEmpty = this.#text.value.trim() === "" && !this.#tray?.isChosen();
    setAttributes(this.#send, { "aria-disabled": isEmpty || left < 0 ? "true" : false });
  }

  /** What was written on another device is newer than what stands here. */
  #takeDraft(topic: string): void {
    if (topic !== topicOf(this.#conversation)) return;
    const text = this.desk.drafts().get(topic);
    // What was written here comes back, too.
    if (text.trim() === this.#text.value.trim()) return;
    this.#text.value = text;
    this.#warning.hidden = true;
    this.render();
  }

  #makeTray(): Tray {
    const { texts, chosen, workspace } = this.desk;
    const conversation = this.#conversation;
    const row = workspace.row(conversation);
    return makeTray({
      texts,
      taking: row && workspace.siteOf(row)?.taking,
      chosen: chosen.get(conversation) ?? [],
      changed: (files) => {
        chosen.set(conversation, files);
        this.renderSoon();
      },
      look: (file) => makeCloserLook(file, texts),
      send: (file) => workspace.threads.send(conversation, file.facts.name, file),
    });
  }

  /** What shows them is fetched with the first press. */
  #makeEmojiButton(signal: AbortSignal): HTMLElement {
    const { texts } = this.desk;
    const button = makeIconButton(smile, texts.say("emoji.open"), { "aria-expanded": "false" });
    const show = (isOpen: boolean): void => {
      this.#emoji.hidden = !isOpen;
      setAttributes(button, { "aria-expanded": String(isOpen) });
    };
    const close = (): void => {
      show(false);
      this.#text.focus();
    };
    const take = (emoji: string): void => {
      this.#text.setRangeText(emoji, this.#text.selectionStart, this.#text.selectionEnd, "end");
      close();
      this.#changed();
    };
    button.addEventListener("click", () => {
      if (!this.#emoji.hidden) return close();
      import("./emoji-picker.ts").then(({ makeEmojiPicker }) => {
        const picker = makeEmojiPicker(texts, take, close);
        this.#emoji.replaceChildren(picker.element);
        show(true);
        picker.focus();
      }, () => this.say("parley-failure", texts.say("failure.offline")));
    }, { signal });
    return button;
  }

  /** The same as a / typed where the cursor stands. */
  #makeReplyButton(signal: AbortSignal): HTMLElement {
    const button = makeIconButton(flash, this.desk.texts.say("replies.open"));
    button.addEventListener("click", () => {
      const { selectionStart: at, value } = this.#text;
      this.#text.focus();
      this.#text.setRangeText(/\S$/.test(value.slice(0, at)) ? " /" : "/", at, this.#text.selectionEnd, "end");
      this.#changed();
    }, { signal });
    return button;
  }

  /** Without a network one writes without them. */
  async #fetchReplies(): Promise<void> {
    const address = `/console/chats/${encodeURIComponent(this.#conversation)}/replies`;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: this.#signal });
      if (!answer.ok || this.#replies === null) return;
      const { replies } = await answer.json() as { readonly replies: readonly CannedReply[] };
      this.#replies.replies = replies;
      this.#replies.look();
    } catch {
      // They are asked for again with the next chat.
    }
  }

  /** Its words take the place of the /; a macro whose words have no gap is done at once. */
  #takeReply(reply: CannedReply, slash: Slash | { readonly from: number; readonly typed: null }): void {
    const words = fill(reply.text, this.#values());
    const { value } = this.#text;
    const { text, cursor } = slash.typed === null
      ? { text: value.slice(0, slash.from) + words + value.slice(slash.from), cursor: slash.from + words.length }
      : put(value, slash, words);
    this.#text.value = text;
    const gap = gapIn(text);
    this.#text.focus();
    if (gap === null) this.#text.setSelectionRange(cursor, cursor);
    else this.#text.setSelectionRange(gap.from, gap.from + gap.gap.length);
    this.#changed();
    if (!isMacro(reply)) return;
    if (roomAfter(text) >= 0 && (text.trim() === "" || !this.#warn(text.trim()))) return this.#run(reply, text.trim());
    this.#warning.append(make("p", {}, this.desk.texts.say("replies.held")));
  }

  #tagNames(ids: readonly string[]): readonly string[] {
    const { workspace } = this.desk;
    const row = workspace.row(this.#conversation);
    const known = row === undefined ? [] : workspace.siteOf(row)?.tags ?? [];
    return known.filter(({ id }) => ids.includes(id)).map(({ name }) => name);
  }

  #values(): Values {
    return this.desk.workspace.valuesIn(this.#conversation);
  }

  #run(macro: CannedReply, text: string): void {
    const { workspace, texts } = this.desk;
    const conversation = this.#conversation;
    const key = `${macro.id} ${text}`;
    const client = this.#macros.get(key) ?? randomId();
    this.#macros.set(key, client);
    const then = macro.closes
      ? { then: "close" } as const
      : macro.to
      ? { then: "transfer", to: macro.to.id } as const
      : {};
    workspace.runMacro(conversation, client, { text, add: macro.tags, ...then }).then((answer) => {
      this.#macros.delete(key);
      if (answer.event === "Refused") return this.say("parley-failure", answer.text);
      if (this.#text.value.trim() === text) this.#text.value = "";
      this.desk.drafts().set(topicOf(conversation), this.#text.value);
      if (this.isConnected) this.#changed();
      this.say("parley-sent");
    }, () => this.say("parley-failure", texts.say("failure.offline")));
  }

  /** Whether the website takes files: it is switched there. */
  get #takesFiles(): boolean {
    const { workspace } = this.desk;
    const row = workspace.row(this.#conversation);
    return row === undefined || workspace.siteOf(row)?.files !== false;
  }

  get #conversation(): string {
    return this.getAttribute("conversation") ?? "";
  }

  #changed(): void {
    this.desk.drafts().set(topicOf(this.#conversation), this.#text.value);
    this.#warning.hidden = true;
    this.#replies?.look();
    this.render();
    if (this.#text.value.trim() === "") this.#stopTyping();
    else this.#sayTyping();
  }

  #keydown(event: KeyboardEvent): void {
    if (this.#replies?.steer(event)) {
      event.preventDefault();
      return event.stopPropagation();
    }
    if (!sends(event)) return;
    event.preventDefault();
    this.#text.form?.requestSubmit();
  }

  #submit(event: Event): void {
    event.preventDefault();
    const text = this.#text.value.trim();
    const hasFiles = this.#tray?.isChosen() === true;
    if ((text === "" && !hasFiles) || roomAfter(text) < 0) return;
    if (text !== this.#confirmed && this.#warn(text)) return;
    if (text !== "" && !this.desk.workspace.threads.send(this.#conversation, text)) {
      return this.say("parley-failure", this.desk.texts.say("failure.outboxFull"));
    }
    this.#tray?.send();
    this.#text.value = "";
    this.#changed();
    this.#text.focus();
    this.say("parley-sent");
  }

  /** Whether something looks wrong. It is said above the words, which stay; sending all the same is one press. */
  #warn(text: string): boolean {
    const { texts, workspace } = this.desk;
    const warning = warningOf(text, workspace.circumstancesIn(this.#conversation));
    if (warning === null) return false;
    const words = texts.say(warningTexts[warning.kind], "name" in warning ? { name: warning.name } : {});
    const anyway = makeButton(texts.say("guard.anyway"), { "data-size": "small" });
    anyway.addEventListener("click", () => {
      this.#confirmed = text;
      this.#text.form?.requestSubmit();
    });
    this.#warning.replaceChildren(make("p", {}, words), anyway);
    this.#warning.hidden = false;
    return true;
  }

  /** Said again every 3 s, because it ends by itself after 6 s. */
  #sayTyping(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#stopTyping(), stillTypingMilliseconds);
    const now = Date.now();
    if (now - this.#typingSaidAt < typingAgainMilliseconds) return;
    this.#typingSaidAt = now;
    this.desk.workspace.type(this.#conversation, true);
  }

  #stopTyping(): void {
    clearTimeout(this.#idle);
    if (this.#typingSaidAt === 0) return;
    this.#typingSaidAt = 0;
    this.desk.workspace.type(this.#conversation, false);
  }
}
