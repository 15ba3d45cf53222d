import { makeButton, makeIconButton } from "./buttons.ts";
import {
  type ChatFilter,
  conditionsOf,
  everything,
  queryOf,
  questionOf,
  readFilter,
  withFilter,
} from "./chat-filter.ts";
import type { Command } from "./commands.ts";
import type { Desk } from "./desk.ts";
import { download, funnel } from "./drawings.ts";
import { askForFilter } from "./filter-dialog.ts";
import { make, setAttributes, setText } from "./make.ts";
import { SavedViews } from "./saved-views.ts";

interface Quick {
  readonly text: string;
  readonly field: "agent" | "status";
  readonly value: string;
}

/** E26c. Pressed again, each goes back. */
const quick: readonly Quick[] = [
  { text: "filter.mine", field: "agent", value: "mine" },
  { text: "filter.unassigned", field: "agent", value: "unassigned" },
  { text: "filter.waiting", field: "status", value: "waiting" },
];

/** What a file holds at most; the server says so in its last line. */
const newestChats = 100_000;

/** E59: a line of each chat or of each message, in two formats. */
const files = [
  { text: "filter.chatsExcel", file: "xlsx", rows: "chats" },
  { text: "filter.messagesExcel", file: "xlsx", rows: "messages" },
  { text: "filter.chatsText", file: "csv", rows: "chats" },
  { text: "filter.messagesText", file: "csv", rows: "messages" },
] as const;

/** What stands above the lists: a box to search in, three quick filters, and the way to all of them. The filter lives in the address. */
export class ListTools {
  readonly node: HTMLElement;
  readonly search: HTMLInputElement;
  readonly views: SavedViews;
  filter: ChatFilter;
  readonly #views: HTMLSelectElement;
  readonly #desk: Desk;
  readonly #changed: () => void;
  readonly #quick: readonly HTMLButtonElement[];
  readonly #all: HTMLButtonElement;
  readonly #count = make("span", { class: "count", "aria-hidden": "true" });
  readonly #clear: HTMLButtonElement;

  constructor(desk: Desk, changed: () => void) {
    const { texts } = desk;
    this.#desk = desk;
    this.#changed = changed;
    this.filter = readFilter(new URLSearchParams(location.search));
    const label = texts.say("search.label");
    this.search = make("input", {
      class: "input",
      type: "search",
      "aria-label": label,
      placeholder: label,
      autocomplete: "off",
      maxlength: 100,
    });
    this.#all = makeIconButton(funnel, texts.say("filter.title"), { "aria-haspopup": "dialog" });
    this.#all.append(this.#count);
    this.#all.addEventListener("click", () => this.ask());
    this.#quick = quick.map((choice) => {
      const button = makeButton(texts.say(choice.text), { "data-size": "small" });
      button.addEventListener("click", () => this.#press(choice));
      return button;
    });
    this.#clear = makeButton(texts.say("filter.clear"), { "data-kind": "quiet", "data-size": "small" });
    this.#clear.addEventListener("click", () => {
      this.set(everything);
      this.#quick[0]?.focus();
    });
    this.views = new SavedViews(() => this.#show());
    this.#views = make("select", { class: "input", "aria-label": texts.say("filter.views"), hidden: true });
    this.#views.addEventListener("change", () => this.open(this.#views.value));
    void this.views.load();
    const chips = make(
      "div",
      { class: "quick", role: "group", "aria-label": texts.say("filter.quick") },
      ...this.#quick,
      this.#views,
      this.#clear,
    );
    this.node = make(
      "div",
      { class: "tools" },
      make("div", { class: "find" }, this.search, this.#all, ...this.#files()),
      chips,
    );
    this.#show();
  }

  /** A menu of files with what the lists show; where it leads is known when it opens. */
  #files(): HTMLElement[] {
    const { texts } = this.#desk;
    const links = files.map(({ text }) => make("a", { download: true }, texts.say(text)));
    const menu = make(
      "div",
      { class: "menu", id: "list-files", popover: true },
      make("header", {}, make("small", {}, texts.say("filter.filesLimit", { count: texts.number(newestChats) }))),
      ...links,
    );
    menu.addEventListener("beforetoggle", () => {
      files.forEach(({ file, rows }, index) => {
        const question = questionOf(this.filter, Date.now());
        question.set("rows", rows);
        links[index]?.setAttribute("href", `/console/export.${file}?${question}`);
      });
    });
    menu.addEventListener("click", () => menu.hidePopover());
    return [makeIconButton(download, texts.say("filter.export"), { popovertarget: menu.id }), menu];
  }

  ask(): void {
    const { filter, views } = this;
    askForFilter(this.node, this.#desk, { filter, views, chosen: (filter) => this.set(filter) });
  }

  /** Shows a saved view, or everything again. */
  open(query: string): void {
    this.set(readFilter(new URLSearchParams(query)));
  }

  set(filter: ChatFilter): void {
    this.filter = filter;
    const query = withFilter(new URLSearchParams(location.search), filter).toString();
    history.replaceState(history.state, "", location.pathname + (query === "" ? "" : `?${query}`) + location.hash);
    this.#show();
    this.#changed();
  }

  /** The page before or after in the history may have had another one. */
  reread(): void {
    const filter = readFilter(new URLSearchParams(location.search));
    if (JSON.stringify(filter) === JSON.stringify(this.filter)) return;
    this.filter = filter;
    this.#show();
    this.#changed();
  }

  commands(): readonly Command[] {
    const { texts } = this.#desk;
    const kind = texts.say("filter.quick");
    const chosen = quick.map((choice) => ({
      label: texts.say(choice.text),
      kind,
      act: (): void => this.set({ ...everything, [choice.field]: choice.value }),
    }));
    const views = this.views.all.map(({ name, query }) => ({
      label: name,
      kind: texts.say("filter.views"),
      act: (): void => this.open(query),
    }));
    return [...chosen, ...views, { label: texts.say("filter.clear"), kind, act: (): void => this.set(everything) }];
  }

  #press({ field, value }: Quick): void {
    this.set({ ...this.filter, [field]: this.filter[field] === value ? null : value });
  }

  #show(): void {
    const { texts } = this.#desk;
    quick.forEach(({ field, value }, index) => {
      const button = this.#quick[index];
      if (button !== undefined) setAttributes(button, { "aria-pressed": String(this.filter[field] === value) });
    });
    this.#showViews();
    const count = conditionsOf(this.filter);
    this.#count.hidden = count === 0;
    setText(this.#count, texts.number(count));
    this.#clear.hidden = count === 0;
    const label = count === 0 ? texts.say("filter.title") : texts.count("filter.set", count);
    setAttributes(this.#all, { "aria-label": label, title: label });
  }

  #showViews(): void {
    const { texts } = this.#desk;
    const { all } = this.views;
    const options = [{ name: texts.say("filter.views"), query: "" }, ...all];
    this.#views.hidden = all.length === 0;
    this.#views.replaceChildren(...options.map(({ name, query }) => make("option", { value: query }, name)));
    this.#views.value = this.views.named(queryOf(this.filter))?.query ?? "";
  }
}
