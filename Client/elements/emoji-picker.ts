// Emoji to choose from, with Unicode's own data: fetched when it is opened for the first time.

import { emoji } from "../emoji/emoji.ts";
import { type Found, searchEmoji } from "./emoji-search.ts";
import { make, setAttributes, setText } from "./make.ts";
import type { Texts } from "./texts.ts";

const headings: Readonly<Record<string, string>> = {
  smileys: "emoji.smileys",
  people: "emoji.people",
  nature: "emoji.nature",
  food: "emoji.food",
  travel: "emoji.travel",
  activities: "emoji.activities",
  objects: "emoji.objects",
  symbols: "emoji.symbols",
  flags: "emoji.flags",
};

export interface EmojiPicker {
  readonly element: HTMLElement;
  focus(): void;
}

/**
 * A field for words and a grid below it. From the field the arrows lead into the grid, in which they move; Enter takes. The grid is one
 * stop for the keyboard.
 */
export function makeEmojiPicker(texts: Texts, take: (emoji: string) => void, close: () => void): EmojiPicker {
  const field = make("input", { class: "input", type: "search", autocomplete: "off" });
  const label = texts.say("emoji.search");
  setAttributes(field, { "aria-label": label, placeholder: label });
  const count = make("p", { class: "unseen", role: "status" });
  const grid = make("div", { class: "grid" });
  const element = make(
    "div",
    { class: "emoji", role: "group", "aria-label": texts.say("emoji.label") },
    field,
    count,
    grid,
  );

  const buttons = (): HTMLButtonElement[] => [...grid.querySelectorAll("button")];

  const makeOne = ({ emoji, name }: Found): HTMLElement => {
    const button = make("button", { type: "button", tabindex: -1, title: name, "aria-label": name }, emoji);
    button.onclick = () => take(emoji);
    return button;
  };

  const show = (): void => {
    const groups = searchEmoji(emoji, texts.language, field.value);
    grid.replaceChildren(...groups.map(({ id, found }) => {
      const heading = make("h2", {}, texts.say(headings[id] ?? ""));
      return make("section", {}, heading, make("div", {}, ...found.map(makeOne)));
    }));
    const all = groups.reduce((sum, group) => sum + group.found.length, 0);
    setText(count, field.value.trim() === "" ? "" : texts.count("emoji.found", all));
    buttons()[0]?.setAttribute("tabindex", "0");
  };

  const goTo = (button: HTMLButtonElement | undefined): void => {
    if (button === undefined) return;
    for (const other of grid.querySelectorAll("[tabindex='0']")) other.setAttribute("tabindex", "-1");
    button.setAttribute("tabindex", "0");
    button.focus();
  };

  /** The nearest one of the next line, up or down. */
  const nextLine = (from: HTMLElement, direction: 1 | -1): HTMLButtonElement | undefined => {
    const { top, left } = from.getBoundingClientRect();
    const places = buttons().map((button) => ({ button, place: button.getBoundingClientRect() }));
    const beyond = places.filter(({ place }) => direction * (place.top - top) > 1);
    const line = direction * Math.min(...beyond.map(({ place }) => direction * place.top));
    return beyond.filter(({ place }) => Math.abs(place.top - line) < 1)
      .sort((a, b) => Math.abs(a.place.left - left) - Math.abs(b.place.left - left))[0]?.button;
  };

  const move = (event: KeyboardEvent): void => {
    const { target, key } = event;
    if (key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      return close();
    }
    if (target === field) {
      if (key !== "ArrowDown" && key !== "Enter") return;
      event.preventDefault();
      return key === "Enter" ? buttons()[0]?.click() : goTo(buttons()[0]);
    }
    if (!(target instanceof HTMLButtonElement) || !key.startsWith("Arrow")) return;
    event.preventDefault();
    const all = buttons();
    const at = all.indexOf(target);
    const forward = getComputedStyle(grid).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (key === "ArrowDown") goTo(nextLine(target, 1));
    else if (key === "ArrowUp") {
      const above = nextLine(target, -1);
      if (above === undefined) field.focus();
      else goTo(above);
    } else goTo(all[at + (key === forward ? 1 : -1)]);
  };

  field.oninput = show;
  element.onkeydown = move;
  show();
  return { element, focus: () => field.focus() };
}
