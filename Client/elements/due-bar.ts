import type { VisitorRow } from "../live/wire.ts";
import { makeButton } from "./buttons.ts";
import { sayLeft, toneOf, urgencyOf } from "./countdown.ts";
import { sayDeadline } from "./deadline.ts";
import type { Desk } from "./desk.ts";
import { make, setAttributes, setText } from "./make.ts";
import { topicOf } from "./threads.ts";

/** Above the composer of a paid thread: by when an answer is due, how long that is, and that it is paid. */
export class DueBar {
  readonly node: HTMLElement;
  readonly #by = make("b");
  readonly #left = make("span", { class: "tag", role: "timer" });
  readonly #about = make("span");
  readonly #accept: HTMLButtonElement;
  readonly #decline: HTMLButtonElement;
  readonly #problem = make("p", { class: "problem", role: "alert", hidden: true });
  readonly #desk: Desk;
  #topic = "";
  #deal: VisitorRow["deal"] = null;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#accept = this.#button("accept", desk.texts.say("due.accept"), "primary");
    this.#decline = this.#button("decline", desk.texts.say("due.decline"));
    const deeds = [this.#accept, this.#decline];
    this.node = make("div", { class: "due", hidden: true }, this.#by, this.#left, this.#about, ...deeds, this.#problem);
  }

  show({ conversation, deal }: VisitorRow): void {
    this.#topic = topicOf(conversation);
    this.#deal = deal;
    this.tick();
  }

  /** What was left for who was not there is theirs to take, or not (C16). */
  #button(deed: "accept" | "decline", words: string, kind?: string): HTMLButtonElement {
    const { texts, workspace } = this.#desk;
    const button = makeButton(words, { "data-size": "small", ...(kind !== undefined && { "data-kind": kind }) });
    button.onclick = async (): Promise<void> => {
      setAttributes(button, { "aria-busy": "true" });
      const answer = await workspace.connection.ask({ do: deed, topic: this.#topic }).catch(() => null);
      setAttributes(button, { "aria-busy": false });
      const said = answer === null ? texts.say("due.unsent") : answer.event === "Refused" ? answer.text : "";
      setText(this.#problem, said);
      this.#problem.hidden = said === "";
    };
    return button;
  }

  tick(): void {
    const { texts, times, workspace: { now } } = this.#desk;
    const deal = this.#deal;
    const dueAt = deal && deal.open > 0 ? deal.dueAt : null;
    this.node.hidden = !deal || dueAt === null;
    if (!deal || dueAt === null) return;
    const left = sayLeft(dueAt, now, texts);
    setText(
      this.#by,
      left === null ? texts.say("due.over") : texts.say("due.by", { time: sayDeadline(dueAt, now, times) }),
    );
    setAttributes(this.#by, { title: times.full(dueAt) });
    this.#left.hidden = left === null;
    setText(this.#left, left === null ? "" : texts.say("due.left", { left }));
    setAttributes(this.#left, { "data-tone": toneOf[urgencyOf(dueAt, now)] });
    const earns = texts.say(left === null ? "due.overText" : "due.earns");
    const isLeft = (deal.left ?? 0) > 0;
    this.#accept.hidden = this.#decline.hidden = !isLeft;
    if (isLeft) return setText(this.#about, texts.count("due.leftForYou", deal.left ?? 0));
    const several = deal.open > 1 ? `${texts.count("due.questions", deal.open)} · ` : "";
    setText(this.#about, several + earns);
  }
}
