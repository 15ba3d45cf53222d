import type { BubbleItem, ThreadItem } from "../live/layout.ts";
import type { BubbleSide } from "../live/wire.ts";
import { colourOf } from "./colours.ts";
import type { Desk } from "./desk.ts";
import { sayHappening } from "./happening.ts";
import { tick, type TickName } from "./icons.ts";
import { make, setAttributes, setText } from "./make.ts";
import type { Divider } from "./unseen.ts";

export interface ItemContext {
  readonly desk: Desk;
  readonly now: number;
  /** The side of the agents' bubbles. */
  readonly ours: BubbleSide;
  readonly nameOfVisitor: string;
  /** Keys of the bubbles that say how far they got. */
  readonly ticked: ReadonlySet<string>;
}

const tickNames = {
  waiting: "waiting",
  sending: "waiting",
  refused: null,
  sent: "sent",
  delivered: "delivered",
  seen: "seen",
} as const satisfies Record<BubbleItem["state"], TickName | null>;

const tickTexts = {
  waiting: "tick.waiting",
  sent: "tick.sent",
  delivered: "tick.delivered",
  seen: "tick.seen",
} as const satisfies Record<TickName, string>;

/** One item of a thread, made once for its key and changed in place: a bubble that was on its way becomes the one that arrived. */
export class ThreadItemView {
  readonly node = make("div");
  #shown = "";

  show(item: ThreadItem | Divider, context: ItemContext): void {
    const { texts, times, workspace } = context.desk;
    switch (item.kind) {
      case "day":
        return this.#showLine(times.day(item.at, context.now), { "data-kind": "day" });
      case "line":
        return this.#showLine(
          sayHappening(item.entry, workspace.account, texts),
          {},
          timeOf(item.entry.at, context.desk),
        );
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

  #showBubble(item: BubbleItem, { desk, ours, nameOfVisitor, ticked }: ItemContext): void {
    const isVisitor = item.voice === "visitor";
    const author = isVisitor ? nameOfVisitor : item.by.name ?? "";
    const tickName = ticked.has(item.key) ? tickNames[item.state] : null;
    const side = isVisitor ? (ours === "end" ? "start" : "end") : ours;
    const { isFirst, isLast, n, state, refusal, at } = item;
    const shown = JSON.stringify([
      isFirst,
      isLast,
      n,
      side,
      state,
      refusal,
      tickName,
      isFirst && author,
      item.by.colour,
    ]);
    if (this.#shown === shown) return;
    this.#shown = shown;
    setAttributes(this.node, {
      class: "bubble",
      "data-side": side,
      "data-first": isFirst,
      "data-last": isLast,
      "data-state": n === null ? state : null,
      "data-colour": colourOf(item.by.colour),
      "data-n": n,
    });
    const header = isFirst ? make("header", {}, make("bdi", {}, author)) : null;
    const footer = isLast || tickName !== null ? makeFooter(isLast ? at : null, tickName, desk) : null;
    const problem = state === "refused" ? makeRefusal(item.key, refusal?.text ?? "", desk) : null;
    const parts = [header, make("p", { dir: "auto" }, item.text), footer, problem];
    this.node.replaceChildren(...parts.filter((part) => part !== null));
  }
}

function makeFooter(at: number | null, name: TickName | null, desk: Desk): HTMLElement {
  const footer = make("footer");
  if (at !== null) footer.append(timeOf(at, desk));
  if (name !== null) footer.append(tick(name, desk.texts.say(tickTexts[name])));
  return footer;
}

/** What the server said against it, and the two ways on: nothing is lost by itself. */
function makeRefusal(client: string, text: string, { texts, workspace }: Desk): HTMLElement {
  const again = make("button", { class: "button", "data-size": "small", type: "button" }, texts.say("refusal.again"));
  const discard = make(
    "button",
    { class: "button", "data-size": "small", "data-kind": "quiet", type: "button" },
    texts.say("refusal.discard"),
  );
  again.addEventListener("click", () => workspace.threads.tryAgain(client));
  discard.addEventListener("click", () => workspace.threads.discard(client));
  const reason = text === "" ? texts.say("refusal.unsent") : text;
  return make("div", { class: "refusal" }, make("span", {}, reason), make("div", { class: "buttons" }, again, discard));
}

function timeOf(at: number, { times }: Desk): HTMLElement {
  return make("time", { datetime: new Date(at).toISOString(), title: times.full(at) }, times.clock(at));
}
