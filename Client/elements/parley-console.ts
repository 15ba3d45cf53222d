import { realClock } from "../live/clock.ts";
import type { Ending, Phase } from "../live/connection.ts";
import type { VisitorRow } from "../live/wire.ts";
import { type Call, callForMessage, callForVisitor, type Listener } from "./attention.ts";
import type { Desk } from "./desk.ts";
import { Drafts } from "./drafts.ts";
import { make, setAttributes } from "./make.ts";
import { stepOf } from "./movement.ts";
import { showNotice } from "./notices.ts";
import { readPageData } from "./page-data.ts";
import type { ParleyChat } from "./parley-chat.ts";
import type { ParleyList } from "./parley-list.ts";
import type { ParleyRail } from "./parley-rail.ts";
import type { ParleySidebar } from "./parley-sidebar.ts";
import { nameOf } from "./row.ts";
import { showShortcuts } from "./shortcuts.ts";
import { Sounds } from "./sounds.ts";
import { Texts } from "./texts.ts";
import { Times } from "./times.ts";
import { Toasts } from "./toasts.ts";
import { totalsOf } from "./unread.ts";
import { topicOf, Workspace } from "./workspace.ts";

interface Boot {
  readonly language: string;
  /** Where the live channel is; a page of ours has it at /live. */
  readonly socket?: string;
  readonly admin?: string;
  readonly signIn?: string;
}

const panelKey = "parley.panel";
const reloadedKey = "parley.reloaded";
/** A restart of the server is over sooner; nobody needs to read of it. */
const bannerAfterMilliseconds = 900;
/** The words of a message come on another topic than the news of it. */
const noticeAfterMilliseconds = 250;
const noticeCharacters = 160;

/**
 * The console of an agent (E22). It connects, lays out its columns and decides what is open; the address after # says which chat,
 * so that reloading, the back button and a notice lead to the same place.
 */
export class ParleyConsole extends HTMLElement {
  #desk: Desk | null = null;
  #life: AbortController | null = null;
  #drafts: Drafts | null = null;
  readonly #sounds = new Sounds();
  #toasts: Toasts | null = null;
  #list: ParleyList | null = null;
  #chat: ParleyChat | null = null;
  #sidebar: ParleySidebar | null = null;
  #cancelBanner = (): void => {};

  connectedCallback(): void {
    this.#life = new AbortController();
    const { signal } = this.#life;
    const boot = readPageData<Boot>("boot", { language: document.documentElement.lang || "en" });
    const desk = this.#makeDesk(boot);
    this.#desk = desk;
    this.#build(desk, boot, signal);
    this.#listen(desk, boot, signal);
    this.#sounds.wakeOnTouch(signal);
    desk.workspace.start();
    this.#route();
  }

  disconnectedCallback(): void {
    this.#life?.abort();
    this.#life = null;
    this.#cancelBanner();
    this.#desk?.workspace.stop();
    this.#desk = null;
  }

  #makeDesk(boot: Boot): Desk {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const workspace = new Workspace({
      address: `${scheme}//${location.host}${boot.socket ?? "/live"}`,
      storage: localStorage,
      locks: navigator.locks ?? null,
      clock: realClock,
      network: globalThis,
    });
    return {
      workspace,
      texts: new Texts(readPageData("texts", {}), boot.language),
      times: new Times(boot.language),
      bookmarks: new Map(),
      drafts: () => this.#drafts ??= new Drafts(workspace.account, localStorage),
    };
  }

  #build(desk: Desk, boot: Boot, signal: AbortSignal): void {
    const rail = document.createElement("parley-rail") as ParleyRail;
    const list = document.createElement("parley-list") as ParleyList;
    const chat = document.createElement("parley-chat") as ParleyChat;
    for (const element of [rail, list, chat]) element.desk = desk;
    if (boot.admin !== undefined) rail.setAttribute("admin", boot.admin);
    list.setAttribute("sound", this.#sounds.isOn ? "on" : "off");
    setAttributes(chat, { panel: this.#isPanelOpen ? "open" : "closed" });
    setAttributes(this, { "data-view": "list" });
    this.#list = list;
    this.#chat = chat;
    this.#toasts = new Toasts(desk, signal);
    this.replaceChildren(rail, list, chat, this.#toasts.node);
  }

  #listen({ workspace }: Desk, boot: Boot, signal: AbortSignal): void {
    workspace.on("phase", (phase) => this.#showPhase(phase), signal);
    workspace.on("ended", (ending) => this.#showEnding(ending, boot), signal);
    workspace.on("changedAccount", () => location.reload(), signal);
    workspace.on("rows", () => this.#rowsChanged(), signal);
    workspace.on("visitorJoined", (row) => this.#visitorJoined(row), signal);
    workspace.on("messageArrived", ({ row, n }) => this.#messageArrived(row, n), signal);
    this.addEventListener("parley-open", (event) => this.#open(event.detail.conversation, event.detail.join), {
      signal,
    });
    this.addEventListener("parley-back", () => this.#back(), { signal });
    this.addEventListener("parley-panel", () => this.#togglePanel(), { signal });
    this.addEventListener("parley-bell", () => this.#toggleSound(), { signal });
    this.addEventListener("parley-shortcuts", () => this.#showHelp(), { signal });
    this.addEventListener("parley-failure", (event) => this.#toasts?.showFailure(event.detail), { signal });
    addEventListener("popstate", () => this.#route(), { signal });
    addEventListener("hashchange", () => this.#route(), { signal });
    addEventListener("pagehide", () => workspace.stop(), { signal });
    addEventListener("pageshow", (event) => event.persisted && workspace.start(), { signal });
    document.addEventListener("keydown", (event) => this.#keydown(event), { signal });
  }

  // What is open.

  get #opened(): string | null {
    const conversation = location.hash.slice(1);
    return /^\d+$/.test(conversation) ? conversation : null;
  }

  #open(conversation: string, join: boolean): void {
    const desk = this.#desk;
    if (desk === null) return;
    if (conversation !== this.#opened) {
      // From the list the back button leads back to it; from chat to chat it does not walk through all of them.
      if (this.#opened === null) history.pushState({ fromList: true }, "", `#${conversation}`);
      else history.replaceState(history.state, "", `#${conversation}`);
      this.#route();
    }
    const row = desk.workspace.rows.rows.get(conversation);
    if (join && row?.chat.state === "waiting" && desk.workspace.mayWrite(row)) this.#join(conversation);
    // A keyboard that slides up over the screen is not what a tap asked for.
    if (matchMedia("(pointer: coarse)").matches) this.#chat?.focusName();
    else this.#chat?.focusComposer();
  }

  #join(conversation: string): void {
    const desk = this.#desk;
    desk?.workspace.join(conversation).then(
      (answer) => answer.event === "Refused" && this.#toasts?.showFailure(answer.text),
      () => this.#toasts?.showFailure(desk.texts.say("failure.offline")),
    );
  }

  #back(): void {
    const opened = this.#opened;
    if (opened !== null && (history.state as { fromList?: boolean } | null)?.fromList === true) history.back();
    else if (opened !== null) history.replaceState(null, "", location.pathname + location.search);
    // Going back is told later, and the list must be there before it can have the focus.
    setTimeout(() => {
      this.#route();
      this.#list?.focusOpened();
    }, 0);
  }

  #route(): void {
    const conversation = this.#opened;
    setAttributes(this, { "data-view": conversation === null ? "list" : "chat" });
    for (const element of [this.#list, this.#chat]) {
      element && setAttributes(element, { opened: conversation, conversation });
    }
    this.#showPanel();
  }

  // The sidebar.

  get #isPanelOpen(): boolean {
    const kept = localStorage.getItem(panelKey);
    // Where it would lie over the chat it opens only when asked.
    return matchMedia("(width >= 72rem)").matches ? kept !== "closed" : this.#sidebar !== null;
  }

  #togglePanel(): void {
    const isOpen = this.#sidebar !== null;
    localStorage.setItem(panelKey, isOpen ? "closed" : "open");
    if (isOpen) this.#hidePanel();
    else this.#makePanel();
    this.#showPanel();
    if (!isOpen && !matchMedia("(width >= 72rem)").matches) this.#sidebar?.querySelector("button")?.focus();
    else if (isOpen) this.#chat?.focusPanelButton();
  }

  #showPanel(): void {
    const conversation = this.#opened;
    const row = conversation === null ? undefined : this.#desk?.workspace.rows.rows.get(conversation);
    if (row === undefined) this.#hidePanel();
    else if (this.#sidebar === null && this.#isPanelOpen) this.#makePanel();
    setAttributes(this.#sidebar ?? make("i"), { conversation });
    this.#chat?.setAttribute("panel", this.#sidebar === null ? "closed" : "open");
  }

  #makePanel(): void {
    if (this.#desk === null) return;
    const sidebar = document.createElement("parley-sidebar") as ParleySidebar;
    sidebar.desk = this.#desk;
    setAttributes(sidebar, { conversation: this.#opened });
    this.#sidebar = sidebar;
    this.#chat?.after(sidebar);
  }

  #hidePanel(): void {
    this.#sidebar?.remove();
    this.#sidebar = null;
  }

  // News.

  #rowsChanged(): void {
    const desk = this.#desk;
    if (desk === null) return;
    const { attention } = totalsOf(desk.workspace.rows.rows.values(), desk.workspace.account);
    document.title = attention === 0
      ? desk.texts.say("title.quiet")
      : desk.texts.say("title.attention", { count: attention });
    this.#showPanel();
  }

  #listener(row: VisitorRow, desk: Desk): Listener {
    const { workspace } = desk;
    return {
      account: workspace.account,
      status: workspace.me?.status ?? "offline",
      mayWrite: workspace.mayWrite(row),
      looks: document.visibilityState === "visible" && document.hasFocus(),
    };
  }

  #visitorJoined(row: VisitorRow): void {
    const desk = this.#desk;
    if (desk === null) return;
    const call = callForVisitor(this.#listener(row, desk));
    const site = desk.workspace.siteOf(row)?.name ?? "";
    const title = desk.texts.say("notices.visitorTitle", { name: nameOf(row, desk) });
    this.#answer(call, row, title, desk.texts.say("notices.visitorText", { site }));
    if (call.toast) this.#toasts?.showVisitor(row, () => this.#open(row.conversation, true));
  }

  #messageArrived(row: VisitorRow, n: number): void {
    const desk = this.#desk;
    if (desk === null) return;
    const call = callForMessage(row, this.#listener(row, desk));
    if (call.sound === null) return;
    this.#sounds.play(call.sound);
    if (!call.notice) return;
    setTimeout(() => {
      const site = desk.workspace.siteOf(row)?.name ?? "";
      const title = desk.texts.say("notices.messageTitle", { name: nameOf(row, desk), site });
      this.#notify(row, title, this.#wordsOf(row, n, desk));
    }, noticeAfterMilliseconds);
  }

  #wordsOf(row: VisitorRow, n: number, desk: Desk): string {
    const entries = desk.workspace.threadOf(row.conversation)?.log.entries ?? [];
    const entry = entries.findLast((other) => other.n === n);
    const text = entry?.event === "MessageSent" && entry.body.kind === "text" ? entry.body.text : row.last?.text ?? "";
    return text.slice(0, noticeCharacters);
  }

  #answer(call: Call, row: VisitorRow, title: string, body: string): void {
    if (call.sound !== null) this.#sounds.play(call.sound);
    if (call.notice) this.#notify(row, title, body);
  }

  #notify(row: VisitorRow, title: string, body: string): void {
    showNotice({ title, body, tag: topicOf(row.conversation), onClick: () => this.#open(row.conversation, false) });
  }

  #toggleSound(): void {
    this.#sounds.isOn = !this.#sounds.isOn;
    this.#list?.setAttribute("sound", this.#sounds.isOn ? "on" : "off");
    // One hears what was switched on.
    this.#sounds.play("tone");
  }

  // The line.

  #showPhase(phase: Phase): void {
    this.#cancelBanner();
    if (phase === "open") {
      sessionStorage.removeItem(reloadedKey);
      return this.#showBanner(null, null);
    }
    if (phase !== "waiting" || this.#desk === null) return;
    const { texts } = this.#desk;
    this.#cancelBanner = realClock.after(bannerAfterMilliseconds, () => {
      if (this.#desk?.workspace.connection.phase !== "open") this.#showBanner(texts.say("connection.lost"), null);
    });
  }

  #showEnding(ending: Ending, boot: Boot): void {
    const desk = this.#desk;
    if (desk === null) return;
    this.#cancelBanner();
    if (ending.why === "outdated" && sessionStorage.getItem(reloadedKey) === null) {
      sessionStorage.setItem(reloadedKey, "yes");
      return location.reload();
    }
    const words = ending.text ||
      desk.texts.say(ending.why === "outdated" ? "connection.outdated" : "connection.signedOut");
    const link = make(
      "a",
      { class: "button", "data-size": "small", href: boot.signIn ?? "/sign-in" },
      desk.texts.say("connection.signIn"),
    );
    const reload = make("a", { class: "button", "data-size": "small", href: "" }, desk.texts.say("connection.reload"));
    this.#showBanner(words, ending.why === "outdated" ? reload : link);
  }

  #showBanner(words: string | null, action: Node | null): void {
    this.querySelector(":scope > .banner")?.remove();
    if (words === null) return;
    const tone = action === null ? "wait" : "bad";
    const banner = make("div", { class: "banner", role: "status", "data-tone": tone }, make("span", {}, words), action);
    this.prepend(banner);
  }

  // The keyboard.

  #keydown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isInDialog(event)) return;
    if (event.key === "Escape") return this.#escape(event);
    if (isWriting(event)) return;
    const isInList = event.target instanceof Node && this.#list?.contains(event.target) === true;
    const isLetter = event.key === "j" || event.key === "k";
    const step = isInList || isLetter ? stepOf(event.key) : null;
    if (step !== null) {
      event.preventDefault();
      this.#list?.move(step);
    } else if (event.key === "?") {
      event.preventDefault();
      this.#showHelp();
    }
  }

  #escape(event: Event): void {
    if (document.querySelector("[popover]:popover-open") !== null) return;
    event.preventDefault();
    const isOverlay = this.#sidebar !== null && !matchMedia("(width >= 72rem)").matches;
    if (isOverlay) this.#togglePanel();
    else if (matchMedia("(width < 48rem)").matches) this.#back();
    else this.#list?.focusOpened();
  }

  #showHelp(): void {
    if (this.#desk !== null) showShortcuts(this, this.#desk.texts);
  }
}

function isWriting(event: Event): boolean {
  return event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]") !== null;
}

function isInDialog(event: Event): boolean {
  return event.target instanceof Element && event.target.closest("dialog, [popover]") !== null;
}
