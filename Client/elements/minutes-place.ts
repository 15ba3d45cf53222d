import type { Desk } from "./desk.ts";
import { make } from "./make.ts";
import type { MinutesBar } from "./minutes-bar.ts";
import { nameOf } from "./row.ts";
import { topicOf } from "./threads.ts";

/** Where a chat by the minute is shown, in one's own paid threads. What shows it is fetched where there is one. */
export class MinutesPlace {
  readonly node = make("div", { hidden: true });
  readonly #desk: Desk;
  #bar: MinutesBar | null = null;
  #isLoading = false;
  #conversation = "";

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Also once a second: a clock runs in it. */
  show(conversation: string): void {
    this.#conversation = conversation;
    const { workspace } = this.#desk;
    const topic = topicOf(conversation);
    const deal = workspace.rows.isOwn(conversation) ? workspace.deals.of(topic) : null;
    const minutes = deal?.minutes ?? null;
    const isThere = minutes !== null && (minutes.session !== null || minutes.last !== null);
    this.node.hidden = !isThere;
    if (!isThere || deal === null) return;
    if (this.#bar === null) return this.#load();
    const row = workspace.row(conversation);
    const name = row === undefined ? "" : nameOf(row, this.#desk);
    const isConnected = workspace.connection.phase === "open";
    this.#bar.show({ topic, deal, name, now: workspace.now, free: null, own: "", isConnected });
  }

  #load(): void {
    if (this.#isLoading) return;
    this.#isLoading = true;
    const { texts, workspace, frame } = this.#desk;
    import("./minutes-bar.ts").then(({ makeMinutesBar }) => {
      this.#bar = makeMinutesBar({
        texts,
        side: "expert",
        buy: "",
        bills: "/earnings/minutes",
        visit: frame?.visit,
        ask: (question) => workspace.connection.ask(question).catch(() => null),
      });
      this.node.replaceChildren(this.#bar.element);
      this.show(this.#conversation);
    }).catch(() => {
      // Without a network it is fetched with the next second.
      this.#isLoading = false;
    });
  }
}
