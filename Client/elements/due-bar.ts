import type { VisitorRow } from "../live/wire.ts";
import { sayLeft, toneOf, urgencyOf } from "./countdown.ts";
import type { Desk } from "./desk.ts";
import { make, setAttributes, setText } from "./make.ts";

/** Above the composer of a paid thread: by when an answer is due, how long that is, and that it is paid. */
export class DueBar {
  readonly node: HTMLElement;
  readonly #by = make("b");
  readonly #left = make("span", { class: "tag", role: "timer" });
  readonly #about = make("span");
  readonly #desk: Desk;
  #deal: VisitorRow["deal"] = null;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.node = make("div", { class: "due", hidden: true }, this.#by, this.#left, this.#about);
  }

  show({ deal }: VisitorRow): void {
    this.#deal = deal;
    this.tick();
  }

  tick(): void {
    const { texts, times, workspace: { now } } = this.#desk;
    const deal = this.#deal;
    const dueAt = deal && deal.open > 0 ? deal.dueAt : null;
    this.node.hidden = !deal || dueAt === null;
    if (!deal || dueAt === null) return;
    const left = sayLeft(dueAt, now, texts);
    setText(this.#by, left === null ? texts.say("due.over") : texts.say("due.by", { time: times.clock(dueAt) }));
    setAttributes(this.#by, { title: times.full(dueAt) });
    this.#left.hidden = left === null;
    setText(this.#left, left === null ? "" : texts.say("due.left", { left }));
    setAttributes(this.#left, { "data-tone": toneOf[urgencyOf(dueAt, now)] });
    const earns = texts.say(left === null ? "due.overText" : "due.earns");
    const several = deal.open > 1 ? `${texts.count("due.questions", deal.open)} · ` : "";
    setText(this.#about, several + earns);
  }
}
