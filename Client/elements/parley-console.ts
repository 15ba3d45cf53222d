import { realClock } from "../live/clock.ts";
import type { Frame } from "../live/frame.ts";
import { fetchChat } from "../live/listed.ts";
import { Passes } from "../live/passes.ts";
import { makeUpload } from "../live/uploads.ts";
import type { Answer } from "../live/wire.ts";
import { readWishes } from "./alert-wishes.ts";
import { Beacon } from "./beacon.ts";
import { chatCommands, pageCommands, statusCommands, tagCommands, visitorCommands } from "./console-commands.ts";
import type { Desk } from "./desk.ts";
import { DraftKeeper } from "./draft-keeper.ts";
import { Drafts } from "./drafts.ts";
import { carriesFiles } from "./dropping.ts";
import { Held, heldMilliseconds } from "./held.ts";
import { isStill } from "./looking.ts";
import { followKeyboard } from "./keyboard-room.ts";
import { make, setAttributes } from "./make.ts";
import { LineBanner } from "./line-banner.ts";
import { followMessageSwipes } from "./message-swipes.ts";
import { stepOf } from "./movement.ts";
import { News } from "./news.ts";
import { OfflineDesk } from "./offline-desk.ts";
import { showPalette } from "./palette.ts";
import { readPageData } from "./page-data.ts";
import type { ParleyChat } from "./parley-chat.ts";
import type { ParleyList } from "./parley-list.ts";
import type { ParleyRail } from "./parley-rail.ts";
import type { ParleySidebar } from "./parley-sidebar.ts";
import { nameOf } from "./row.ts";
import { followPushes, renewPushes } from "./push.ts";
import { ShellKeeper } from "./shell-keeper.ts";
import { showShortcuts } from "./shortcuts.ts";
import { Sounds } from "./sounds.ts";
import { ListTimes } from "./list-times.ts";
import { Texts } from "./texts.ts";
import { topicOf } from "./threads.ts";
import { Toasts } from "./toasts.ts";
import { openTransferDialog } from "./transfer-dialog.ts";
import { isForClick, totalsOf } from "./unread.ts";
import { VisitorsPlace } from "./visitors-place.ts";
import { Workspace } from "./workspace.ts";

interface Boot {
  readonly language: string;
  /** Where the live channel is; a page of ours has it at /live. */
  readonly socket?: string;
  readonly admin?: string;
  readonly signIn?: string;
  /** Whether this is the page that a browser keeps for no connection: then it is nobody's. */
  readonly shell?: boolean;
}

const panelKey = "parley.panel";

/**
 * The console of an agent (E22). It connects, lays out its columns and decides what is open; the address after # says which chat,
 * so that reloading, the back button and a notice lead to the same place. `alerts` names what calls its reader and how, `alert-icon` the icon
 * that does.
 */
export class ParleyConsole extends HTMLElement {
  #desk: Desk | null = null;
  /** Given before it is connected, where it stands in a frame of somebody else's website. */
  frame: Frame | null = null;
  #life: AbortController | null = null;
  #drafts: Drafts | null = null;
  #keeper: DraftKeeper | null = null;
  readonly #sounds = new Sounds();
  readonly #held = new Held();
  #toasts: Toasts | null = null;
  #list: ParleyList | null = null;
  #chat: ParleyChat | null = null;
  #admin: string | null = null;
  #sidebar: ParleySidebar | null = null;
  #rail: ParleyRail | null = null;
  #visitors: VisitorsPlace | null = null;

  connectedCallback(): void {
    this.#life = new AbortController();
    const { signal } = this.#life;
    const boot = readPageData<Boot>("boot", { language: document.documentElement.lang || "en" });
    followKeyboard(this, signal);
    if (boot.shell) return this.#showOffline(boot, signal);
    const desk = this.#makeDesk(boot);
    this.#desk = desk;
    this.#build(desk, boot, signal);
    this.#listen(desk, signal);
    this.#keeper = new DraftKeeper(desk.workspace, desk.drafts, signal);
    this.#sounds.wakeOnTouch(signal);
    if (this.frame === null) {
      this.#followPushes(signal);
      new ShellKeeper(desk, signal);
    } else {
      this.#tellFrame(this.frame, desk, signal);
    }
    desk.workspace.start();
    this.#route();
  }

  disconnectedCallback(): void {
    this.#life?.abort();
    this.#life = null;
    this.#desk?.workspace.stop();
    this.#desk = null;
  }

  #showOffline(boot: Boot, signal: AbortSignal): void {
    const texts = new Texts(readPageData("texts", {}), boot.language);
    const desk = new OfflineDesk(texts, socketAddress(boot), this.#opened);
    setAttributes(this, { "data-view": "offline" });
    this.replaceChildren(desk.node);
    desk.start(signal);
  }

  #followPushes(signal: AbortSignal): void {
    followPushes(signal);
    // When it fails, the bell and the ring go on.
    renewPushes().catch(() => {});
  }

  #tellFrame(frame: Frame, { workspace }: Desk, signal: AbortSignal): void {
    const tell = (): void => {
      const { attention } = totalsOf(workspace.rows.rows.values(), workspace.account);
      frame.tell({ unread: attention, runs: workspace.deals.runs });
    };
    workspace.on("rows", tell, signal);
    workspace.on("deal", tell, signal);
    workspace.on("ended", ({ why }) => why === "notAllowed" && frame.end(), signal);
  }

  #makeDesk(boot: Boot): Desk {
    const texts = new Texts(readPageData("texts", {}), boot.language);
    const { frame } = this;
    const server = { origin: "", authorization: frame === null ? null : `Bearer ${frame.token}` };
    // A frame keeps nothing beyond its page.
    const storage = frame === null ? localStorage : null;
    const workspace = new Workspace({
      address: socketAddress(boot),
      storage,
      locks: frame === null ? navigator.locks ?? null : null,
      token: frame?.token,
      clock: realClock,
      network: globalThis,
      fetchChat: frame === null ? fetchChat : undefined,
      upload: makeUpload({ ...server, unreachable: texts.say("files.unreachable") }),
    });
    return {
      workspace,
      texts,
      times: new ListTimes(boot.language),
      bookmarks: new Map(),
      drafts: () => this.#drafts ??= new Drafts(workspace.account, storage, () => workspace.now),
      chosen: new Map(),
      passes: new Passes(server),
      frame,
    };
  }

  #build(desk: Desk, boot: Boot, signal: AbortSignal): void {
    const rail = document.createElement("parley-rail") as ParleyRail;
    const list = document.createElement("parley-list") as ParleyList;
    const chat = document.createElement("parley-chat") as ParleyChat;
    for (const element of [rail, list, chat]) element.desk = desk;
    if (boot.admin !== undefined) rail.setAttribute("admin", boot.admin);
    this.#admin = boot.admin ?? null;
    list.setAttribute("sound", this.#sounds.isOn ? "on" : "off");
    setAttributes(chat, { panel: this.#isPanelOpen ? "open" : "closed" });
    setAttributes(this, { "data-view": "list" });
    this.#rail = rail;
    this.#list = list;
    this.#chat = chat;
    const toasts = new Toasts(desk, signal);
    this.#toasts = toasts;
    // A frame is for talking; everything else is on pages of Parley's own.
    const main = make("main", {}, list, chat);
    this.#visitors = new VisitorsPlace(desk, main, () => toasts.showFailure(desk.texts.say("failure.offline")));
    this.replaceChildren(this.frame === null ? rail : "", main, toasts.node);
    followMessageSwipes(chat, desk, ({ topic, n, bubble }) => this.#deleteSoon(topic, n, bubble), signal);
    if (this.frame === null) new LineBanner(desk, this, boot.signIn ?? "/sign-in", signal);
    const open = (conversation: string, join: boolean): void => this.#open(conversation, join);
    const wishes = readWishes(this.getAttribute("alerts") ?? "");
    const beacon = new Beacon({ icon: this.getAttribute("alert-icon") ?? "", isStill, page: document }, signal);
    new News(desk, { wishes, beacon, sounds: this.#sounds, toasts, open }, signal);
  }

  #listen({ workspace }: Desk, signal: AbortSignal): void {
    workspace.on("changedAccount", () => location.reload(), signal);
    workspace.on("rows", () => this.#showPanel(), signal);
    for (const name of ["dragover", "drop"] as const) {
      document.addEventListener(name, refuseFiles, { signal });
    }
    this.addEventListener("parley-open", (event) => this.#open(event.detail.conversation, event.detail.join), {
      signal,
    });
    this.addEventListener("parley-back", () => this.#back(), { signal });
    this.addEventListener("parley-panel", () => this.#visitors?.isOpen ? this.#endStory() : this.#togglePanel(), {
      signal,
    });
    this.addEventListener("parley-story", ({ detail }) => {
      if (this.#visitors !== null) this.#visitors.story = detail;
      this.#showPanel();
    }, { signal });
    this.addEventListener("parley-transfer", () => this.#chat?.askToTransfer(), { signal });
    this.addEventListener("parley-end", () => this.#chat?.closeChat(), { signal });
    this.addEventListener("parley-look", ({ detail }) => this.#lookAt(detail), { signal });
    this.addEventListener("parley-bell", () => this.#toggleSound(), { signal });
    this.addEventListener("parley-shortcuts", () => this.#showHelp(), { signal });
    this.addEventListener("parley-failure", (event) => this.#toasts?.showFailure(event.detail), { signal });
    this.addEventListener("parley-row-transfer", (event) => this.#handOver(event.detail), { signal });
    this.addEventListener("parley-row-close", (event) => this.#closeSoon(event.detail), { signal });
    addEventListener("popstate", () => this.#route(), { signal });
    addEventListener("hashchange", () => this.#route(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.#held.leaveAll(), { signal });
    addEventListener("pagehide", () => {
      this.#held.leaveAll();
      this.#keeper?.flush();
      workspace.stop();
    }, { signal });
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
      if (this.#opened === null && this.frame === null) history.pushState({ fromList: true }, "", `#${conversation}`);
      else history.replaceState(history.state, "", `#${conversation}`);
      this.#route();
    }
    const row = desk.workspace.row(conversation);
    const { workspace } = desk;
    if (join && row !== undefined && isForClick(row, workspace.account) && workspace.mayWrite(row)) {
      this.#join(conversation);
    }
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

  // What is swiped. A closed chat is not opened again and deleted words are gone, so both wait for a moment.

  #handOver(conversation: string): void {
    const desk = this.#desk;
    if (desk !== null && document.querySelector("dialog[open]") === null) openTransferDialog(this, desk, conversation);
  }

  #closeSoon(conversation: string): void {
    const desk = this.#desk;
    const row = desk?.workspace.row(conversation);
    if (desk === null || row === undefined) return;
    const { connection } = desk.workspace;
    const words = desk.texts.say("held.closing", { name: nameOf(row, desk) });
    // At once, without asking whether it is subscribed: who is in a chat is, and a page that is put away has no time.
    this.#soon(`close ${conversation}`, words, () => connection.ask({ do: "close", topic: topicOf(conversation) }));
  }

  #deleteSoon(topic: string, of: number, bubble: HTMLElement): void {
    const desk = this.#desk;
    if (desk === null) return;
    const marked = (isHeld: boolean): void => setAttributes(bubble, { "data-held": isHeld });
    marked(true);
    const act = (): Promise<Answer> => desk.workspace.connection.ask({ do: "delete", topic, of });
    this.#soon(`delete ${topic} ${of}`, desk.texts.say("held.deleting"), act, () => marked(false));
  }

  /** `over` is called when it was taken back or did not work. */
  #soon(key: string, words: string, act: () => Promise<Answer>, over = (): void => {}): void {
    const failed = (text: string): void => {
      over();
      this.#toasts?.showFailure(text);
    };
    const leave = (): void => {
      act().then(
        (answer) => answer.event === "Refused" && failed(answer.text),
        () => failed(this.#desk?.texts.say("failure.offline") ?? ""),
      );
    };
    if (!this.#held.hold(key, leave)) return;
    this.#toasts?.showHeld(words, heldMilliseconds, () => {
      this.#held.takeBack(key);
      over();
    });
  }

  #back(): void {
    const opened = this.#opened;
    if (opened !== null && (history.state as { fromList?: boolean } | null)?.fromList === true) history.back();
    else if (opened !== null) history.replaceState(null, "", location.pathname + location.search);
    else if (this.#visitors?.isOpen) history.pushState(null, "", location.pathname + location.search);
    // Going back is told later, and the list must be there before it can have the focus.
    setTimeout(() => {
      this.#route();
      this.#list?.focusOpened();
    }, 0);
  }

  #route(): void {
    const conversation = this.#opened;
    const place = this.#visitors?.isOpen ? "visitors" : "list";
    setAttributes(this, { "data-view": conversation === null ? place : "chat" });
    if (this.#rail !== null) setAttributes(this.#rail, { place });
    void this.#visitors?.settle();
    // First the sidebar, because it takes room from the thread.
    this.#showPanel();
    if (this.#list !== null) setAttributes(this.#list, { opened: conversation });
    if (this.#chat !== null) setAttributes(this.#chat, { conversation });
  }

  // The sidebar.

  get #isPanelOpen(): boolean {
    if (this.frame !== null) return this.#sidebar !== null;
    const kept = localStorage.getItem(panelKey);
    // Where it would lie over the chat it opens only when asked.
    return hasRoom() ? kept !== "closed" : this.#sidebar !== null;
  }

  #togglePanel(): void {
    const isOpen = this.#sidebar !== null;
    if (hasRoom() && this.frame === null) localStorage.setItem(panelKey, isOpen ? "closed" : "open");
    if (isOpen) this.#hidePanel();
    else this.#makePanel();
    this.#showPanel();
    if (!isOpen && !hasRoom()) this.#sidebar?.querySelector("button")?.focus();
    else if (isOpen) this.#chat?.focusPanelButton();
  }

  #showPanel(): void {
    const conversation = this.#opened;
    const row = conversation === null ? undefined : this.#desk?.workspace.row(conversation);
    const story = this.#visitors?.story ?? null;
    if (row === undefined && story === null) this.#hidePanel();
    else if (this.#sidebar === null && (story !== null || this.#isPanelOpen)) this.#makePanel();
    if (this.#sidebar !== null) {
      this.#sidebar.story = story;
      setAttributes(this.#sidebar, { conversation });
    }
    if (this.#chat !== null) setAttributes(this.#chat, { panel: this.#sidebar === null ? "closed" : "open" });
  }

  #makePanel(): void {
    if (this.#desk === null) return;
    const sidebar = document.createElement("parley-sidebar") as ParleySidebar;
    sidebar.desk = this.#desk;
    setAttributes(sidebar, { conversation: this.#opened });
    this.#sidebar = sidebar;
    this.#chat?.after(sidebar);
  }

  #endStory(): void {
    const { node } = this.#visitors ?? {};
    node?.focusOpened();
    if (this.#visitors !== null) this.#visitors.story = null;
    this.#showPanel();
  }

  /** Where the sidebar lies over the thread it makes room. Beside the live page the line is in a chat that is not open yet. */
  #lookAt(n: number): void {
    const conversation = this.#visitors?.story?.visitor.conversation ?? null;
    if (conversation !== null) return this.#open(conversation, false);
    if (!hasRoom()) this.#togglePanel();
    this.#chat?.lookAt(n);
  }

  #hidePanel(): void {
    this.#sidebar?.remove();
    this.#sidebar = null;
  }

  // Sounds and keys.

  #toggleSound(): void {
    this.#sounds.isOn = !this.#sounds.isOn;
    this.#list?.setAttribute("sound", this.#sounds.isOn ? "on" : "off");
    // One hears what was switched on.
    this.#sounds.play("tone");
  }

  #keydown(event: KeyboardEvent): void {
    if (isForPalette(event) && this.frame === null && !isInDialog(event)) {
      event.preventDefault();
      return this.#showPalette();
    }
    if (
      event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || isInDialog(event)
    ) return;
    if (event.key === "Escape") return this.#escape(event);
    if (isWriting(event)) return;
    const list = this.#visitors?.node ?? this.#list;
    const isInList = event.target instanceof Node && list?.contains(event.target) === true;
    const isLetter = event.key === "j" || event.key === "k";
    const step = isInList || isLetter ? stepOf(event.key) : null;
    if (step !== null) {
      event.preventDefault();
      list?.move(step);
    } else if (event.key === "/" && this.frame === null) {
      event.preventDefault();
      (this.#visitors?.node ?? this.#shownList())?.focusSearch();
    } else if (event.key === "f" && this.frame === null) {
      event.preventDefault();
      this.#shownList()?.askForFilter();
    } else if (event.key === "?") {
      event.preventDefault();
      this.#showHelp();
    }
  }

  /** The list, which is not there while a chat fills the screen. */
  #shownList(): ParleyList | null {
    if ((hasOneColumn() && this.#opened !== null) || this.#visitors?.isOpen) {
      history.replaceState(null, "", location.pathname + location.search);
      this.#route();
    }
    return this.#list;
  }

  #escape(event: Event): void {
    if (document.querySelector("[popover]:popover-open") !== null) return;
    event.preventDefault();
    if (event.target instanceof Node && this.#list?.contains(event.target) && this.#list.endSearch()) return;
    if (this.#toasts?.dismiss()) return;
    if (this.#visitors?.isOpen) return this.#visitors.story === null ? undefined : this.#endStory();
    const isOverlay = this.#sidebar !== null && !hasRoom();
    if (isOverlay) this.#togglePanel();
    else if (hasOneColumn()) this.#back();
    else this.#list?.focusOpened();
  }

  #showPalette(): void {
    const desk = this.#desk;
    const list = this.#list;
    if (desk === null || list === null) return;
    const { texts } = desk;
    const kind = texts.say("palette.chat");
    const commands = [
      { label: texts.say("search.label"), kind, key: "/", act: (): void => this.#shownList()?.focusSearch() },
      { label: texts.say("filter.title"), kind, key: "F", act: (): void => this.#shownList()?.askForFilter() },
      { label: texts.say("list.refresh"), kind, act: (): void => void this.#shownList()?.refresh() },
      ...(desk.workspace.mayBegin
        ? [{ label: texts.say("begin.title"), kind, act: (): void => this.#shownList()?.askForNewChat() }]
        : []),
      ...(this.#chat?.replyCommands() ?? []),
      ...tagCommands(desk, this.#opened, this),
      ...list.filterCommands(),
      ...chatCommands(desk, (conversation) => this.#open(conversation, false)),
      ...statusCommands(desk, () => this.#toasts?.showFailure(texts.say("failure.offline"))),
      ...visitorCommands(desk),
      ...pageCommands(desk, this.#admin),
      {
        label: texts.say("shortcuts.title"),
        kind: texts.say("palette.help"),
        key: "?",
        act: (): void => this.#showHelp(),
      },
    ];
    showPalette(this, texts, commands, this.#chat?.moreReplyCommands() ?? Promise.resolve([]));
  }

  #showHelp(): void {
    if (this.#desk !== null) showShortcuts(this, this.#desk.texts);
  }
}

function socketAddress({ socket = "/live" }: Boot): string {
  return `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${socket}`;
}

/** Also while somebody writes: it is no letter. */
function isForPalette({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean {
  return (ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === "k";
}

/** Whether the sidebar has a column of its own; console.css has the same widths. */
function hasRoom(): boolean {
  return matchMedia("(width >= 72rem)").matches;
}

function hasOneColumn(): boolean {
  return matchMedia("(width < 48rem)").matches;
}

function isWriting(event: Event): boolean {
  return event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]") !== null;
}

function isInDialog(event: Event): boolean {
  return event.target instanceof Element && event.target.closest("dialog, [popover]") !== null;
}

/** What is dropped where no chat takes it must not be opened in the place of the console. */
function refuseFiles(event: DragEvent): void {
  if (event.defaultPrevented || !carriesFiles(event)) return;
  event.preventDefault();
  if (event.dataTransfer !== null) event.dataTransfer.dropEffect = "none";
}
