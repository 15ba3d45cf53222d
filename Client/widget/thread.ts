// The conversation as it is read: history on the way up, the newest at the bottom, and nothing that moves under a reader's eyes.

import { arrange, make, setText } from "../elements/make.ts";
import { layOut, type ThreadItem } from "../live/layout.ts";
import type { Entry } from "../live/wire.ts";
import { Bubble } from "./bubble.ts";
import { picture } from "./pictures.ts";
import type { Scene } from "./scene.ts";

const nearPixels = 48;
const olderPixels = 120;
const latestPixels = 240;

export class Thread {
  readonly element: HTMLElement;
  readonly #scene: Scene;
  readonly #scroller: HTMLElement;
  readonly #log: HTMLElement;
  readonly #older: HTMLButtonElement;
  readonly #pill: HTMLButtonElement;
  readonly #pillText = make("span");
  readonly #welcome: HTMLElement;
  readonly #stored: HTMLElement;
  readonly #bubbles = new Map<string, Bubble>();
  readonly #marks = new Map<string, HTMLElement>();
  readonly #seen: () => void;
  #isAtEnd = true;
  #lastOwn = "";

  /** `seen` is called when the end comes into view. */
  constructor(scene: Scene, seen: () => void, signal: AbortSignal) {
    this.#scene = scene;
    this.#seen = seen;
    const { texts, config } = scene;
    this.#log = make("div", { class: "thread", role: "log", "aria-label": texts.say("thread.label") });
    this.#welcome = make("div", { class: "bubble welcome", "data-side": config.site.ours, "data-last": true });
    this.#welcome.append(make("p", { dir: "auto" }, config.site.welcome));
    this.#stored = make("p", { class: "line" }, texts.say("thread.stored"));
    this.#older = make("button", { type: "button", class: "older" });
    this.#older.append(texts.say("thread.older"));
    this.#pill = make("button", { type: "button", class: "pill", hidden: true });
    this.#pill.append(this.#pillText, picture("down"));
    // A region that scrolls can be reached and scrolled by keys.
    const region = { class: "scroller", tabindex: 0, role: "region", "aria-label": texts.say("thread.label") };
    this.#scroller = make("div", region, this.#older, this.#log);
    this.element = make("div", { class: "talk" }, this.#scroller, this.#pill);
    this.#listen(signal);
  }

  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  show(): void {
    const { chat } = this.#scene;
    const { log } = chat;
    if (log === null) return;
    const items = layOut(log, chat.pending, { isLine, me: { kind: "visitor" } });
    // Who writes wants to see it, wherever they had scrolled to.
    const own = items.findLast((item) => item.kind === "bubble" && item.voice === "visitor")?.key ?? "";
    const wroteMore = own !== this.#lastOwn;
    this.#lastOwn = own;
    const nodes = items.map((item) => this.#nodeOf(item));
    this.#older.hidden = !log.hasOlder;
    if (!log.hasOlder && this.#scene.config.site.welcome !== "") nodes.unshift(this.#welcome);
    if (this.#isStored(log.entries)) nodes.push(this.#stored);
    this.#keepPlace(() => arrange(this.#log, nodes));
    this.#forget(items);
    if (this.#isAtEnd || wroteMore) this.toEnd();
    this.#showPill();
  }

  toEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#isAtEnd = true;
  }

  #listen(signal: AbortSignal): void {
    this.#scroller.onscroll = () => this.#scrolled();
    this.#older.onclick = () => this.#scene.chat.loadOlder();
    this.#pill.onclick = () => {
      this.toEnd();
      this.#scrolled();
      this.#scroller.focus({ preventScroll: true });
    };
    // The composer grows, a keyboard appears: who was at the end stays there.
    const observer = new ResizeObserver(() => this.#isAtEnd && this.toEnd());
    observer.observe(this.#scroller);
    signal.addEventListener("abort", () => observer.disconnect());
  }

  #scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    // Hidden: nothing has a height, and nothing was scrolled by anybody.
    if (clientHeight === 0) return;
    this.#isAtEnd = scrollHeight - clientHeight - scrollTop < nearPixels;
    if (this.#isAtEnd) this.#seen();
    if (scrollTop < olderPixels && scrollHeight > clientHeight) void this.#scene.chat.loadOlder();
    this.#showPill();
  }

  /** What is put in front pushes nothing away: the first line in view stays where it is. */
  #keepPlace(change: () => void): void {
    const first = this.#log.querySelector(".bubble:not(.welcome)");
    const before = first?.getBoundingClientRect().top ?? 0;
    change();
    if (first?.isConnected) this.#scroller.scrollTop += first.getBoundingClientRect().top - before;
  }

  #showPill(): void {
    const { texts, chat } = this.#scene;
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const { unread } = chat;
    const isFar = scrollHeight - clientHeight - scrollTop > latestPixels;
    this.#pill.hidden = this.#isAtEnd || !(isFar || unread > 0);
    setText(this.#pillText, unread > 0 ? texts.count("thread.new", unread) : texts.say("thread.latest"));
  }

  #nodeOf(item: ThreadItem): HTMLElement {
    if (item.kind === "bubble") {
      const bubble = this.#bubbles.get(item.key) ?? new Bubble(this.#scene);
      this.#bubbles.set(item.key, bubble);
      bubble.show(item);
      return bubble.element;
    }
    const mark = this.#marks.get(item.key) ?? make("p", { class: "line" });
    this.#marks.set(item.key, mark);
    if (item.kind === "day") {
      mark.dataset["kind"] = "day";
      setText(mark, this.#scene.times.day(item.at, Date.now()));
    } else setText(mark, this.#textOf(item.entry));
    return mark;
  }

  #textOf(entry: Entry): string {
    const { texts, config } = this.#scene;
    const name = entry.by.name ?? config.site.name;
    switch (entry.event) {
      case "AgentJoinedChat":
        return texts.say("thread.joined", { name });
      case "AgentLeftChat":
        return texts.say("thread.left", { name });
      case "FormSent":
        return texts.say("thread.formSent");
      default:
        break;
    }
    if (entry.by.kind === "visitor") return texts.say("thread.closedByYou");
    return entry.by.kind === "agent" ? texts.say("thread.closedByAgent", { name }) : texts.say("thread.closed");
  }

  /** An offline message lies with the team and nobody has answered: that is said where the answer will be. */
  #isStored(entries: readonly Entry[]): boolean {
    const { log } = this.#scene.chat;
    const last = entries.at(-1);
    return log?.chat?.offline === true && log.chat.state === "waiting" && last?.event === "MessageSent" &&
      last.by.kind === "visitor";
  }

  #forget(items: readonly ThreadItem[]): void {
    const keys = new Set(items.map((item) => item.key));
    for (const held of [this.#bubbles, this.#marks]) {
      for (const key of held.keys()) if (!keys.has(key)) held.delete(key);
    }
  }
}

/** A chat that begins needs no line, nor does one that ended before anything was said. */
function isLine(entry: Entry): boolean {
  switch (entry.event) {
    case "AgentJoinedChat":
    case "AgentLeftChat":
    case "FormSent":
      return true;
    case "ChatClosed":
      return !entry.body.unwritten;
    default:
      return false;
  }
}
