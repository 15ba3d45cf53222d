import type { VisitorRow } from "../live/wire.ts";
import { makeButton } from "./buttons.ts";
import { mayClose, mayTransfer } from "./chat-deeds.ts";
import type { Desk } from "./desk.ts";
import { check, type Drawing, transfer } from "./drawings.ts";
import { make } from "./make.ts";
import { followSwipes, moveAside, moveBack } from "./swiping.ts";

export interface RowAction {
  readonly words: string;
  readonly picture: Drawing;
  readonly tone: "neutral" | "bad";
  readonly act: () => void;
}

type RowEvent = "parley-row-transfer" | "parley-row-close";

/** What one may do with a chat from the list. */
export function rowActions(row: VisitorRow, { texts, workspace }: Desk, say: (name: RowEvent) => void): RowAction[] {
  const handing: RowAction = {
    words: texts.say("chat.transfer"),
    picture: transfer,
    tone: "neutral",
    act: () => say("parley-row-transfer"),
  };
  const closing: RowAction = {
    words: texts.say("chat.close"),
    picture: check,
    tone: "bad",
    act: () => say("parley-row-close"),
  };
  return [...(mayTransfer(row, workspace) ? [handing] : []), ...(mayClose(row, workspace) ? [closing] : [])];
}

/** list.css has the same width for each. */
const actionPixels = 84;
const needsPixels = 60;

/**
 * What a row hides at its end: swiped aside it stays open and shows it (E72a). The same is above the chat itself, so that nobody
 * needs a finger for it.
 */
export class RowSwipes {
  readonly #actionsOf: (conversation: string) => readonly RowAction[];
  #open: HTMLElement | null = null;

  constructor(place: HTMLElement, actionsOf: (conversation: string) => readonly RowAction[], signal: AbortSignal) {
    this.#actionsOf = actionsOf;
    // Before the swipes look: what is open closes with the next touch that is not for it.
    place.addEventListener("pointerdown", (event) => this.#touched(event), { signal, capture: true });
    place.addEventListener("scroll", () => this.#close(), { signal, passive: true });
    const swipes = {
      longest: 2 * actionPixels,
      needs: needsPixels,
      find: (target: Element) => this.#find(target),
      began: (item: HTMLElement) => this.#show(item),
      ended: (item: HTMLElement, isFar: boolean) => this.#ended(item, isFar),
    };
    followSwipes(place, swipes, signal);
  }

  #find(target: Element): HTMLElement | null {
    const row = target.closest<HTMLElement>(".rows a.row");
    const item = row?.closest("li") ?? null;
    const conversation = row?.dataset["conversation"] ?? "";
    return item === null || this.#actionsOf(conversation).length === 0 ? null : item;
  }

  #show(item: HTMLElement): void {
    const conversation = item.querySelector<HTMLElement>("a.row")?.dataset["conversation"] ?? "";
    const buttons = this.#actionsOf(conversation).map(({ words, picture, tone, act }) => {
      const button = makeButton("", { class: "action", "data-tone": tone }, picture);
      button.append(make("span", {}, words));
      button.addEventListener("click", () => {
        this.#close();
        act();
      });
      return button;
    });
    item.append(make("div", { class: "actions" }, ...buttons));
  }

  #ended(item: HTMLElement, isFar: boolean): void {
    if (!isFar) return item.querySelector(".actions")?.remove();
    moveAside(item, item.querySelectorAll(".action").length * actionPixels);
    item.dataset["swipe"] = "open";
    this.#open = item;
  }

  #touched({ target }: Event): void {
    if (target instanceof Element && target.closest(".actions") === null) this.#close();
  }

  #close(): void {
    const item = this.#open;
    this.#open = null;
    if (item === null) return;
    item.querySelector(".actions")?.remove();
    moveBack(item);
    delete item.dataset["swipe"];
  }
}
