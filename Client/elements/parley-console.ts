import type { Frame } from "../live/frame.ts";
import { readWishes } from "./alert-wishes.ts";
import { Beacon } from "./beacon.ts";
import type { Command } from "./commands.ts";
import { chatCommands, pageCommands, statusCommands, tagCommands, visitorCommands } from "./console-commands.ts";
import { type Boot, makeDesk, socketAddress } from "./console-desk.ts";
import { placeOf, wishOf } from "./console-keys.ts";
import type { Desk } from "./desk.ts";
import { DraftKeeper } from "./draft-keeper.ts";
import { carriesFiles } from "./dropping.ts";
import { followKeyboard } from "./keyboard-room.ts";
import { LineBanner } from "./line-banner.ts";
import { isStill } from "./looking.ts";
import { make, setAttributes } from "./make.ts";
import { followMessageSwipes } from "./message-swipes.ts";
import { News } from "./news.ts";
import { OfflineDesk } from "./offline-desk.ts";
import { enterChat, enterLists, forgetPlace, leaveChat, openedChat } from "./opened.ts";
import { readPageData } from "./page-data.ts";
import { showPalette } from "./palette.ts";
import type { ParleyChat } from "./parley-chat.ts";
import type { ParleyList } from "./parley-list.ts";
import type { ParleyRail } from "./parley-rail.ts";
import type { ParleyTabs } from "./parley-tabs.ts";
import { followPushes, renewPushes } from "./push.ts";
import { SecondThoughts } from "./second-thoughts.ts";
import { ShellKeeper } from "./shell-keeper.ts";
import { showShortcuts } from "./shortcuts.ts";
import { SidebarPlace } from "./sidebar-place.ts";
import { Sounds } from "./sounds.ts";
import { Texts } from "./texts.ts";
import { Toasts } from "./toasts.ts";
import { openTransferDialog } from "./transfer-dialog.ts";
import { isForClick, totalsOf } from "./unread.ts";
import { VisitorsPlace } from "./visitors-place.ts";
import { hasOneColumn, hasRoom } from "./widths.ts";

/** What it is made of, while it is connected. */
interface Parts {
  readonly desk: Desk;
  readonly rail: ParleyRail;
  readonly list: ParleyList;
  /** Null in a frame. */
  readonly tabs: ParleyTabs | null;
  readonly chat: ParleyChat;
  readonly sidebar: SidebarPlace;
  readonly visitors: VisitorsPlace;
  readonly toasts: Toasts;
  readonly thoughts: SecondThoughts;
  readonly keeper: DraftKeeper;
}

/**
 * The console of an agent (E22). It connects, lays out its columns and decides what is open. `alerts` names what calls its reader and how,
 * `alert-icon` the icon that does.
 */
export class ParleyConsole extends HTMLElement {
  /** Given before it is connected, where it stands in a frame of somebody else's website. */
  frame: Frame | null = null;
  #life: AbortController | null = null;
  #parts: Parts | null = null;
  #admin: string | null = null;
  readonly #sounds = new Sounds();

  connectedCallback(): void {
    this.#life = new AbortController();
    const { signal } = this.#life;
    const boot = readPageData<Boot>("boot", { language: document.documentElement.lang || "en" });
    followKeyboard(this, signal);
    if (boot.shell) return this.#showOffline(boot, signal);
    const parts = this.#build(makeDesk(boot, this.frame), boot, signal);
    this.#parts = parts;
    this.#listen(parts, signal);
    this.#sounds.wakeOnTouch(signal);
    if (this.frame === null) {
      this.#followPushes(signal);
      new ShellKeeper(parts.desk, signal);
    } else {
      this.#tellFrame(this.frame, parts.desk, signal);
    }
    parts.desk.workspace.start();
    this.#route(parts);
  }

  disconnectedCallback(): void {
    this.#life?.abort();
    this.#life = null;
    this.#parts?.desk.workspace.stop();
    this.#parts = null;
  }

  #showOffline(boot: Boot, signal: AbortSignal): void {
    const texts = new Texts(readPageData("texts", {}), boot.language);
    const desk = new OfflineDesk(texts, socketAddress(boot), openedChat());
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

  #build(desk: Desk, boot: Boot, signal: AbortSignal): Parts {
    // A frame is for talking; everything else is on pages of Parley's own.
    const isOwn = this.frame === null;
    const rail = document.createElement("parley-rail") as ParleyRail;
    const list = document.createElement("parley-list") as ParleyList;
    const tabs = isOwn ? document.createElement("parley-tabs") as ParleyTabs : null;
    const chat = document.createElement("parley-chat") as ParleyChat;
    for (const element of [rail, list, tabs, chat]) if (element !== null) element.desk = desk;
    if (boot.admin !== undefined) rail.setAttribute("admin", boot.admin);
    this.#admin = boot.admin ?? null;
    list.setAttribute("sound", this.#sounds.isOn ? "on" : "off");
    setAttributes(this, { "data-view": "list" });
    const sidebar = new SidebarPlace(desk, chat);
    const toasts = new Toasts(desk, signal);
    const main = make("main", {}, list, tabs, chat);
    const visitors = new VisitorsPlace(desk, main, () => toasts.showFailure(desk.texts.say("failure.offline")));
    this.replaceChildren(isOwn ? rail : "", main, toasts.node);
    const thoughts = new SecondThoughts(desk, toasts);
    followMessageSwipes(chat, desk, ({ topic, n, bubble }) => thoughts.delete(topic, n, bubble), signal);
    if (isOwn) new LineBanner(desk, this, boot.signIn ?? "/sign-in", signal);
    const wishes = readWishes(this.getAttribute("alerts") ?? "");
    const beacon = new Beacon({ icon: this.getAttribute("alert-icon") ?? "", isStill, page: document }, signal);
    const open = (conversation: string, join: boolean): void => this.#open(conversation, join);
    new News(desk, { wishes, beacon, sounds: this.#sounds, toasts, open }, signal);
    const keeper = new DraftKeeper(desk.workspace, desk.drafts, signal);
    return { desk, rail, list, tabs, chat, sidebar, visitors, toasts, thoughts, keeper };
  }

  #listen(parts: Parts, signal: AbortSignal): void {
    const { desk: { workspace }, chat, toasts, thoughts, keeper } = parts;
    workspace.on("changedAccount", () => location.reload(), signal);
    workspace.on("rows", () => this.#showSidebar(parts), signal);
    workspace.on("barred", (conversation) => {
      const { texts } = parts.desk;
      const act = (): void => this.#open(conversation, false);
      toasts.showFailure(texts.say("chat.unsentToast"), { words: texts.say("chat.unsentLook"), act });
    }, signal);
    for (const name of ["dragover", "drop"] as const) document.addEventListener(name, refuseFiles, { signal });
    this.addEventListener("parley-open", ({ detail }) => this.#open(detail.conversation, detail.join), { signal });
    this.addEventListener("parley-back", () => this.#back(parts), { signal });
    this.addEventListener("parley-panel", () => this.#togglePanel(parts), { signal });
    this.addEventListener("parley-story", ({ detail }) => {
      parts.visitors.story = detail;
      this.#showSidebar(parts);
    }, { signal });
    this.addEventListener("parley-transfer", () => chat.askToTransfer(), { signal });
    this.addEventListener("parley-end", () => chat.closeChat(), { signal });
    this.addEventListener("parley-look", ({ detail }) => this.#lookAt(parts, detail), { signal });
    this.addEventListener("parley-bell", () => this.#toggleSound(parts), { signal });
    this.addEventListener("parley-shortcuts", () => showShortcuts(this, parts.desk.texts), { signal });
    this.addEventListener("parley-failure", ({ detail }) => toasts.showFailure(detail), { signal });
    this.addEventListener("parley-row-transfer", ({ detail }) => this.#handOver(parts, detail), { signal });
    this.addEventListener("parley-row-close", ({ detail }) => thoughts.close(detail), { signal });
    addEventListener("popstate", () => this.#route(parts), { signal });
    addEventListener("hashchange", () => this.#route(parts), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && thoughts.leaveAll(), { signal });
    addEventListener("pagehide", () => {
      thoughts.leaveAll();
      keeper.flush();
      workspace.stop();
    }, { signal });
    addEventListener("pageshow", (event) => event.persisted && workspace.start(), { signal });
    document.addEventListener("keydown", (event) => this.#keydown(parts, event), { signal });
  }

  // What is open.

  #open(conversation: string, join: boolean): void {
    const parts = this.#parts;
    if (parts === null) return;
    const { desk: { workspace }, chat } = parts;
    if (conversation !== openedChat()) {
      enterChat(conversation, this.frame !== null);
      this.#route(parts);
    }
    const row = workspace.row(conversation);
    if (join && row !== undefined && isForClick(row, workspace.account) && workspace.mayWrite(row)) {
      this.#join(parts, conversation);
    }
    // A keyboard that slides up over the screen is not what a tap asked for.
    if (matchMedia("(pointer: coarse)").matches) chat.focusName();
    else chat.focusComposer();
  }

  #join({ desk: { workspace, texts }, toasts }: Parts, conversation: string): void {
    workspace.join(conversation).then(
      (answer) => answer.event === "Refused" && toasts.showFailure(answer.text),
      () => toasts.showFailure(texts.say("failure.offline")),
    );
  }

  #handOver({ desk }: Parts, conversation: string): void {
    if (document.querySelector("dialog[open]") === null) openTransferDialog(this, desk, conversation);
  }

  #back(parts: Parts): void {
    if (openedChat() !== null) leaveChat();
    else if (parts.visitors.isOpen) enterLists();
    // Going back is told later, and the list must be there before it can have the focus.
    setTimeout(() => {
      this.#route(parts);
      parts.list.focusOpened();
    }, 0);
  }

  #route(parts: Parts): void {
    const { rail, list, tabs, chat, visitors } = parts;
    const conversation = openedChat();
    const place = visitors.isOpen ? "visitors" : "list";
    setAttributes(this, { "data-view": conversation === null ? place : "chat" });
    setAttributes(rail, { place });
    void visitors.settle();
    // First the tabs and the sidebar, because they take room from the thread.
    if (tabs !== null) setAttributes(tabs, { opened: conversation });
    this.#showSidebar(parts);
    setAttributes(list, { opened: conversation });
    setAttributes(chat, { conversation });
  }

  // The sidebar.

  #showSidebar({ sidebar, visitors }: Parts): void {
    sidebar.show(openedChat(), visitors.story);
  }

  #togglePanel(parts: Parts): void {
    if (parts.visitors.isOpen) this.#endStory(parts);
    else parts.sidebar.toggle(openedChat());
  }

  #endStory(parts: Parts): void {
    const { visitors } = parts;
    visitors.node?.focusOpened();
    visitors.story = null;
    this.#showSidebar(parts);
  }

  /** Where the sidebar lies over the thread it makes room. Beside the live page the line is in a chat that is not open yet. */
  #lookAt(parts: Parts, n: number): void {
    const conversation = parts.visitors.story?.visitor.conversation ?? null;
    if (conversation !== null) return this.#open(conversation, false);
    if (!hasRoom()) parts.sidebar.toggle(openedChat());
    parts.chat.lookAt(n);
  }

  // Sounds and keys.

  #toggleSound({ list }: Parts): void {
    this.#sounds.isOn = !this.#sounds.isOn;
    list.setAttribute("sound", this.#sounds.isOn ? "on" : "off");
    // One hears what was switched on.
    this.#sounds.play("tone");
  }

  #keydown(parts: Parts, event: KeyboardEvent): void {
    const { visitors, tabs, desk } = parts;
    const list = visitors.node ?? parts.list;
    const wish = wishOf(event, placeOf(event, list));
    if (wish === null) return;
    if (wish.kind === "leave") return this.#leave(parts, event);
    // A frame is for talking.
    if (this.frame !== null && wish.kind !== "move" && wish.kind !== "help") return;
    event.preventDefault();
    switch (wish.kind) {
      case "palette":
        return this.#showPalette(parts);
      case "move":
        return list.move(wish.step);
      case "tab":
        return tabs?.turn(wish.step);
      case "search":
        return (visitors.node ?? this.#shownList(parts)).focusSearch();
      case "filter":
        return this.#shownList(parts).askForFilter();
      case "help":
        return showShortcuts(this, desk.texts);
    }
  }

  /** The list, which is not there while a chat fills the screen. */
  #shownList(parts: Parts): ParleyList {
    if ((hasOneColumn() && openedChat() !== null) || parts.visitors.isOpen) {
      forgetPlace();
      this.#route(parts);
    }
    return parts.list;
  }

  /** Whatever lies on top goes first. */
  #leave(parts: Parts, event: Event): void {
    const { list, toasts, visitors, sidebar } = parts;
    if (document.querySelector("[popover]:popover-open") !== null) return;
    event.preventDefault();
    if (event.target instanceof Node && list.contains(event.target) && list.endSearch()) return;
    if (toasts.dismiss()) return;
    if (visitors.isOpen) return visitors.story === null ? undefined : this.#endStory(parts);
    if (sidebar.covers) sidebar.toggle(openedChat());
    else if (hasOneColumn()) this.#back(parts);
    else list.focusOpened();
  }

  #showPalette(parts: Parts): void {
    const { desk: { texts }, chat } = parts;
    showPalette(this, texts, this.#commands(parts), chat.moreReplyCommands());
  }

  #commands(parts: Parts): readonly Command[] {
    const { desk, list, chat, toasts } = parts;
    const { texts, workspace } = desk;
    const kind = texts.say("palette.chat");
    const shown = (): ParleyList => this.#shownList(parts);
    return [
      { label: texts.say("search.label"), kind, key: "/", act: () => shown().focusSearch() },
      { label: texts.say("filter.title"), kind, key: "F", act: () => shown().askForFilter() },
      { label: texts.say("list.refresh"), kind, act: () => void shown().refresh() },
      ...(workspace.mayBegin ? [{ label: texts.say("begin.title"), kind, act: () => shown().askForNewChat() }] : []),
      ...chat.replyCommands(),
      ...chat.deedCommands(),
      ...tagCommands(desk, openedChat(), this),
      ...list.filterCommands(),
      ...chatCommands(desk, (conversation) => this.#open(conversation, false)),
      ...statusCommands(desk, () => toasts.showFailure(texts.say("failure.offline"))),
      ...visitorCommands(desk),
      ...pageCommands(desk, this.#admin),
      {
        label: texts.say("shortcuts.title"),
        kind: texts.say("palette.help"),
        key: "?",
        act: () => showShortcuts(this, texts),
      },
    ];
  }
}

/** What is dropped where no chat takes it must not be opened in the place of the console. */
function refuseFiles(event: DragEvent): void {
  if (event.defaultPrevented || !carriesFiles(event)) return;
  event.preventDefault();
  if (event.dataTransfer !== null) event.dataTransfer.dropEffect = "none";
}
