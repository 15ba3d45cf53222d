import type { Answer } from "../live/wire.ts";
import type { Desk } from "./desk.ts";
import { Held, heldMilliseconds } from "./held.ts";
import { setAttributes } from "./make.ts";
import { nameOf } from "./row.ts";
import { topicOf } from "./threads.ts";
import type { Toasts } from "./toasts.ts";

/** What is swiped. A closed chat is not opened again and deleted words are gone, so both wait for a moment, and can be taken back. */
export class SecondThoughts {
  readonly #desk: Desk;
  readonly #toasts: Toasts;
  readonly #held = new Held();

  constructor(desk: Desk, toasts: Toasts) {
    this.#desk = desk;
    this.#toasts = toasts;
  }

  close(conversation: string): void {
    const { workspace: { connection }, texts } = this.#desk;
    const row = this.#desk.workspace.row(conversation);
    if (row === undefined) return;
    const words = texts.say("held.closing", { name: nameOf(row, this.#desk) });
    // At once, without asking whether it is subscribed: who is in a chat is, and a page that is put away has no time.
    this.#soon(`close ${conversation}`, words, () => connection.ask({ do: "close", topic: topicOf(conversation) }));
  }

  delete(topic: string, of: number, bubble: HTMLElement): void {
    const { workspace: { connection }, texts } = this.#desk;
    const marked = (isHeld: boolean): void => setAttributes(bubble, { "data-held": isHeld });
    marked(true);
    const act = (): Promise<Answer> => connection.ask({ do: "delete", topic, of });
    this.#soon(`delete ${topic} ${of}`, texts.say("held.deleting"), act, () => marked(false));
  }

  /** Who puts the page away means them. */
  leaveAll(): void {
    this.#held.leaveAll();
  }

  /** `over` is called when it was taken back or did not work. */
  #soon(key: string, words: string, act: () => Promise<Answer>, over = (): void => {}): void {
    const failed = (text: string): void => {
      over();
      this.#toasts.showFailure(text);
    };
    const leave = (): void => {
      act().then(
        (answer) => answer.event === "Refused" && failed(answer.text),
        () => failed(this.#desk.texts.say("failure.offline")),
      );
    };
    if (!this.#held.hold(key, leave)) return;
    this.#toasts.showHeld(words, heldMilliseconds, () => {
      this.#held.takeBack(key);
      over();
    });
  }
}
