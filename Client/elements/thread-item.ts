import type { BubbleItem, ThreadItem } from "../live/layout.ts";
import type { BubbleSide, Entry, Question } from "../live/wire.ts";
import { makeAttachment } from "./attachment.ts";
import { isBySms, markBySms } from "./by-sms.ts";
import { type Bubble, type Content, makeBubble } from "./bubble.ts";
import { makeButton } from "./buttons.ts";
import type { Desk } from "./desk.ts";
import { sayHappening, saysTime } from "./happening.ts";
import { letterOf } from "./letters.ts";
import { isTick, type TickName } from "./icons.ts";
import { make, setAttributes, setText } from "./make.ts";
import { makeGivenStars, ratingOf } from "./ratings.ts";
import { makeRevisable } from "./revising.ts";
import { makeNoteWords, noteOf } from "./team-notes.ts";
import { topicOf } from "./threads.ts";
import type { Divider } from "./unseen.ts";

export interface ItemContext {
  readonly desk: Desk;
  readonly now: number;
  /** Of the whole log. */
  readonly entries: readonly Entry[];
  /** The side of the agents' bubbles. */
  readonly ours: BubbleSide;
  readonly nameOfVisitor: string;
}

const tickTexts: Readonly<Record<TickName, string>> = {
  waiting: "tick.waiting",
  sending: "tick.waiting",
  sent: "tick.sent",
  delivered: "tick.delivered",
  seen: "tick.seen",
};

/** One item of a thread, made once for its key and changed in place: a bubble that was on its way becomes the one that arrived. */
export class ThreadItemView {
  readonly node: HTMLElement;
  readonly #bubble: Bubble | null;
  #shown = "";
  #rated = "null";

  constructor(kind: (ThreadItem | Divider)["kind"], conversation: string, desk: Desk) {
    const { texts, times, workspace, passes } = desk;
    const words = {
      again: texts.say("refusal.again"),
      discard: texts.say("refusal.discard"),
      unsent: texts.say("refusal.unsent"),
      lost: texts.say("refusal.lost"),
    };
    const outbox = workspace.threads;
    const files = {
      texts,
      passes,
      conversation: () => conversation,
      discard: (client: string) => outbox.discard(client),
    };
    const revising = {
      texts,
      topic: () => topicOf(conversation),
      ask: (question: Question) => workspace.connection.ask(question).catch(() => null),
      isOwn: ({ voice, by }: BubbleItem) => voice === "agent" && by.id === workspace.account,
      editSeconds: () => workspace.threads.get(conversation)?.log.editSeconds ?? 0,
      whenBack: (then: () => void): void => {
        const off = workspace.on("phase", (phase) => {
          if (phase !== "open") return;
          off();
          then();
        });
      },
    };
    const makeContent = (item: BubbleItem): Content => {
      if (item.note) return makeNoteWords(workspace.account);
      return makeRevisable(revising, item.file ? makeAttachment(files) : undefined);
    };
    const sayLater = (seconds: number): string => texts.say("refusal.later", { seconds });
    const bubbleDesk = { times, words, sayLater, outbox, makeContent };
    this.#bubble = kind === "bubble" ? makeBubble(bubbleDesk) : null;
    this.node = this.#bubble?.element ?? make("div");
  }

  show(item: ThreadItem | Divider, context: ItemContext): void {
    const { texts, times, workspace } = context.desk;
    switch (item.kind) {
      case "day":
        return this.#showLine(times.day(item.at, context.now), { "data-kind": "day" });
      case "line":
        this.#showLine(
          sayHappening(item.entry, workspace.account, texts, times.clock(item.entry.at)),
          {},
          saysTime(item.entry) ? null : timeOf(item.entry.at, context.desk),
        );
        // A chat by the minute is rated by the line that says what it came to, one of a website by the line that ended it.
        if (item.entry.event === "MinuteChat" || item.entry.event === "ChatClosed") {
          this.#showRating(item.entry.n, context.entries, context.desk);
        }
        return;
      case "divider":
        setAttributes(this.node, { class: "divider" });
        return setText(this.node, texts.say("thread.new"));
      case "bubble":
        return this.#showBubble(item, context);
    }
  }

  #showLine(words: string, attributes: Record<string, string>, time: Node | null = null): void {
    if (this.#shown === words) return;
    this.#shown = words;
    setAttributes(this.node, { class: "line", ...attributes });
    this.node.replaceChildren(make("span", {}, words), ...(time === null ? [] : [time]));
  }

  #showBubble(item: BubbleItem, context: ItemContext): void {
    const { desk, entries, ours, nameOfVisitor } = context;
    const note = noteOf(item, entries);
    if (note !== null) return this.#showNote({ ...item, note }, context);
    const isVisitor = item.voice === "visitor";
    const theirs = ours === "end" ? "start" : "end";
    this.#bubble?.show(item, {
      side: isVisitor ? theirs : ours,
      author: isVisitor ? nameOfVisitor : item.by.name ?? desk.texts.say("line.automatic"),
      showsAuthor: item.isFirst,
      tick: isVisitor || !isTick(item.state) ? null : desk.texts.say(tickTexts[item.state]),
    });
    this.#showUndo(item, context);
    if (!isVisitor) this.#showRating(item.n, entries, desk);
    if (!isVisitor && entries.some((entry) => entry.n === item.n && isBySms(entry))) {
      markBySms(this.node, desk.texts.say("line.bySms"));
    }
    if (item.state === "emailed" || item.state === "opened") this.#showLetter(item, entries, desk);
  }

  /** While it has not left, one press takes it back to where it was written. */
  #showUndo(item: BubbleItem, { desk, now }: ItemContext): void {
    const known = this.node.querySelector(".undo");
    const isHeld = item.n === null && item.state === "waiting" && item.file === null && (item.heldUntil ?? 0) > now;
    if (!isHeld) return known?.remove();
    if (known !== null) return;
    const button = makeButton(desk.texts.say("undo.undo"), { class: "button undo", "data-size": "small" });
    button.addEventListener("click", () => {
      desk.workspace.threads.discard(item.key);
      button.dispatchEvent(new CustomEvent("parley-undone", { bubbles: true, detail: item.text }));
    });
    this.node.append(button);
  }

  /** Of the team's own colour and with its own heading, so that nobody takes it for an answer. */
  #showNote(item: BubbleItem, { desk, ours }: ItemContext): void {
    const { colour: _, ...by } = item.by;
    const author = desk.texts.say("note.by", { name: by.name ?? "" });
    this.#bubble?.show({ ...item, by, isFirst: true, isLast: true, tellsState: true }, {
      side: ours,
      author,
      showsAuthor: true,
      tick: null,
    });
    setAttributes(this.node, { "data-kind": "note" });
  }

  /** What the customer thought of what they paid for (A43). */
  #showRating(n: number | null, entries: readonly Entry[], { texts }: Desk): void {
    const rating = n === null ? null : ratingOf(n, entries);
    const now = JSON.stringify(rating);
    if (now === this.#rated) return;
    this.#rated = now;
    this.node.querySelector(".rated")?.remove();
    if (rating === null) return;
    const given = make(
      "div",
      { class: "rated" },
      makeGivenStars(rating.stars, texts.count("rating.stars", rating.stars)),
    );
    if (rating.text !== "") given.append(make("q", { dir: "auto" }, rating.text));
    this.node.append(given);
  }

  /** In words, because it happened at another time than the message. */
  #showLetter({ n }: BubbleItem, entries: readonly Entry[], { texts, times }: Desk): void {
    const letter = n === null ? null : letterOf(n, entries);
    const footer = this.node.querySelector("footer");
    if (letter === null || footer === null) return;
    const words = footer.querySelector(".letter") ?? footer.appendChild(make("span", { class: "letter" }));
    setText(
      words,
      texts.say(letter.step === "opened" ? "tick.opened" : "tick.emailed", { time: times.clock(letter.at) }),
    );
  }
}

function timeOf(at: number, { times }: Desk): HTMLElement {
  return make("time", { datetime: new Date(at).toISOString(), title: times.full(at) }, times.clock(at));
}
