// The conversation as it is read: history on the way up, the newest at the bottom, and nothing that moves under a reader's eyes.

import { type Bubble, makeBubble } from "../elements/bubble.ts";
import { makeButton } from "../elements/buttons.ts";
import { down } from "../elements/drawings.ts";
import { arrange, make, setText } from "../elements/make.ts";
import { layOut, type ThreadItem } from "../live/layout.ts";
import type { Entry } from "../live/wire.ts";
import { lookOf } from "./bubble.ts";
import type { Part } from "./part.ts";
import type { Scene } from "./scene.ts";

const nearPixels = 48;
const olderPixels = 120;
const latestPixels = 240;

export interface Thread extends Part {
  isAtEnd(): boolean;
  toEnd(): void;
}

/** `seen` is called when the end comes into view. */
export function makeThread(scene: Scene, seen: () => void, signal: AbortSignal): Thread {
  const { chat, texts, times, config: { site } } = scene;
  const label = texts.say("thread.label");
  const log = make("div", { class: "thread", role: "log", "aria-label": label });
  const welcome = make("div", { class: "bubble welcome", "data-side": site.ours, "data-last": true });
  const stored = make("p", { class: "line" }, texts.say("thread.stored"));
  const queue = make("p", { class: "line" });
  const entrust = makeButton(texts.say("thread.entrust"), { class: "button older" });
  const older = makeButton(texts.say("thread.older"), {
    class: "button older",
    "data-kind": "quiet",
    "data-size": "small",
  });
  const pillText = make("span");
  const pill = makeButton("", { class: "button pill", hidden: true }, down);
  // A region that scrolls can be reached and scrolled by keys.
  const scroller = make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, log);
  const desk = {
    times,
    outbox: chat.outbox,
    sayLater: (seconds: number): string => texts.say("pending.later", { seconds }),
    words: {
      again: texts.say("pending.tryAgain"),
      discard: texts.say("pending.discard"),
      unsent: texts.say("pending.tooLarge"),
      lost: texts.say("pending.lost"),
    },
    get makeContent() {
      return scene.talking?.makeContent;
    },
  };
  const bubbles = new Map<string, Bubble>();
  const marks = new Map<string, HTMLElement>();
  let isAtEnd = true;
  let lastOwn = "";

  const toEnd = (): void => {
    scroller.scrollTop = scroller.scrollHeight;
    isAtEnd = true;
  };

  const fromEnd = (): number => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;

  const showPill = (): void => {
    const { unread } = chat;
    pill.hidden = isAtEnd || !(fromEnd() > latestPixels || unread > 0);
    setText(pillText, unread > 0 ? texts.count("thread.new", unread) : texts.say("thread.latest"));
  };

  const scrolled = (): void => {
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    // Hidden: nothing has a height, and nothing was scrolled by anybody.
    if (clientHeight === 0) return;
    isAtEnd = fromEnd() < nearPixels;
    if (isAtEnd) seen();
    if (scrollTop < olderPixels && scrollHeight > clientHeight) void chat.loadOlder();
    showPill();
  };

  /** What is put in front pushes nothing away: the first line in view stays where it is. */
  const keepPlace = (change: () => void): void => {
    const first = log.querySelector(".bubble:not(.welcome)");
    const before = first?.getBoundingClientRect().top ?? 0;
    change();
    if (first?.isConnected) scroller.scrollTop += first.getBoundingClientRect().top - before;
  };

  /** Empty for what is no line: a chat that begins needs none, nor does one that ended before anything was said. */
  const textOf = (entry: Entry): string => {
    const name = entry.by.name ?? site.name;
    switch (entry.event) {
      case "AgentJoinedChat":
        return texts.say(entry.body?.transferred ? "thread.transferred" : "thread.joined", { name });
      case "ChatTransferred":
        return texts.say("thread.asked", { name, to: entry.body.name || site.name });
      case "TransferEnded":
        return entry.body.last ? texts.say("thread.waits") : "";
      case "AgentLeftChat":
        return texts.say(entry.body.silentSince ? "thread.silent" : "thread.left", { name });
      case "FormSent":
        return texts.say("thread.formSent");
      case "WaitOverdue":
        return texts.say("thread.overdue");
      case "ChatEntrusted":
        return texts.say("thread.stored");
      case "ChatHandedOver":
        return texts.say("thread.gone");
      case "ContactsMasked":
        return texts.say("thread.cut");
      case "ChatClosed":
        if (entry.body.unwritten) return "";
        if (entry.by.kind === "visitor") return texts.say("thread.closedByYou");
        return entry.by.kind === "agent" ? texts.say("thread.closedByAgent", { name }) : texts.say("thread.closed");
      case "MessageSent":
        return entry.body.kind === "erased" ? texts.say("thread.erased") : "";
      default:
        return scene.sayLine?.(entry) ?? "";
    }
  };

  const nodeOf = (item: ThreadItem): HTMLElement => {
    if (item.kind === "bubble") {
      const bubble = bubbles.get(item.key) ?? makeBubble(desk);
      bubbles.set(item.key, bubble);
      bubble.show(item, lookOf(item, scene));
      return bubble.element;
    }
    const mark = marks.get(item.key) ?? make("p", { class: "line" });
    marks.set(item.key, mark);
    if (item.kind === "day") mark.dataset["kind"] = "day";
    setText(mark, item.kind === "day" ? times.day(item.at, Date.now()) : textOf(item.entry));
    return mark;
  };

  /** An offline message lies with the team and nobody has answered: that is said where the answer will be. */
  const isStored = (entries: readonly Entry[]): boolean => {
    const current = chat.log?.chat;
    const last = entries.at(-1);
    return current?.offline === true && current.state === "waiting" && last?.event === "MessageSent" &&
      last.by.kind === "visitor";
  };

  const forget = (items: readonly ThreadItem[]): void => {
    const keys = new Set(items.map((item) => item.key));
    for (const held of [bubbles, marks]) {
      for (const key of held.keys()) if (!keys.has(key)) held.delete(key);
    }
  };

  welcome.append(make("p", { dir: "auto" }, site.welcome));
  pill.prepend(pillText);
  scroller.onscroll = scrolled;
  older.onclick = () => chat.loadOlder();
  entrust.onclick = () => chat.entrust();
  pill.onclick = () => {
    toEnd();
    scrolled();
    scroller.focus({ preventScroll: true });
  };
  // The composer grows, a keyboard appears, a file takes its room: who was at the end stays there.
  const observer = new ResizeObserver(() => isAtEnd && toEnd());
  for (const element of [scroller, log]) observer.observe(element);
  signal.addEventListener("abort", () => observer.disconnect());

  return {
    element: make("div", { class: "talk" }, scroller, pill),
    isAtEnd: () => isAtEnd,
    toEnd,
    show(): void {
      if (chat.log === null) return;
      const { entries, hasOlder } = chat.log;
      const items = layOut(chat.log, chat.pending, {
        isLine: (entry) => textOf(entry) !== "",
        me: { kind: "visitor" },
      });
      // Who writes wants to see it, wherever they had scrolled to.
      const own = items.findLast((item) => item.kind === "bubble" && item.voice === "visitor")?.key ?? "";
      const wroteMore = own !== lastOwn;
      lastOwn = own;
      const nodes = items.map(nodeOf);
      if (hasOlder) nodes.unshift(older);
      else if (site.welcome !== "") nodes.unshift(welcome);
      if (isStored(entries)) nodes.push(stored);
      if (chat.queue) {
        const { position, latelySeconds, overdue } = chat.queue;
        const wait = latelySeconds === null
          ? ""
          : ` ${texts.count("thread.lately", Math.ceil(latelySeconds / 60) || 1)}`;
        setText(queue, texts.count("thread.queue", position) + wait);
        // While nobody is there, no place is worth anything.
        if (chat.isOnline) nodes.push(queue);
        if (overdue) nodes.push(entrust);
      }
      keepPlace(() => arrange(log, nodes));
      forget(items);
      if (isAtEnd || wroteMore) toEnd();
      showPill();
    },
  };
}
