import { make, setAttributes, setText } from "./make.ts";
import { type CannedReply, fitting, isMacro, type Slash, slashAt } from "./replies.ts";
import type { Texts } from "./texts.ts";

const listId = "reply-list";
const shownCharacters = 90;

export interface ReplyListOptions {
  readonly field: HTMLTextAreaElement;
  readonly texts: Texts;
  /** The names of tags. */
  readonly names: (tags: readonly string[]) => readonly string[];
  readonly take: (reply: CannedReply, slash: Slash) => void;
}

/** Over the words: what a / offers. Arrows choose, Enter takes, Escape leaves it; the focus stays in the field. */
export class ReplyList {
  readonly node = make("ul", { class: "calls", id: listId, role: "listbox", hidden: true });
  readonly status = make("p", { class: "unseen", role: "status" });
  replies: readonly CannedReply[] = [];
  readonly #options: ReplyListOptions;
  #offered: readonly CannedReply[] = [];
  #chosen = 0;
  #slash: Slash | null = null;

  constructor(options: ReplyListOptions) {
    this.#options = options;
    const { field, texts } = options;
    setAttributes(field, { "aria-autocomplete": "list", "aria-controls": listId });
    setAttributes(this.node, { "aria-label": texts.say("replies.open") });
  }

  /** Offers replies where one is being asked for. */
  look(): void {
    const { field } = this.#options;
    const slash = document.activeElement === field ? slashAt(field.value, field.selectionStart) : null;
    const offered = slash === null ? [] : fitting(this.replies, slash.typed);
    const isSame = offered.length === this.#offered.length && offered.every((one, at) => one === this.#offered[at]);
    if (!isSame) this.#chosen = 0;
    this.#show(slash, offered);
  }

  close(): void {
    this.#show(null, []);
  }

  /** Whether the key was for the list. */
  steer({ key, isComposing }: KeyboardEvent): boolean {
    const { length } = this.#offered;
    if (length === 0 || isComposing) return false;
    const reply = this.#offered[this.#chosen];
    if (key === "Escape") this.close();
    else if (key === "ArrowDown" || key === "ArrowUp") {
      this.#chosen = (this.#chosen + (key === "ArrowDown" ? 1 : length - 1)) % length;
      this.#show(this.#slash, this.#offered);
    } else if ((key === "Enter" || key === "Tab") && reply !== undefined) this.#take(reply);
    else return false;
    return true;
  }

  #show(slash: Slash | null, offered: readonly CannedReply[]): void {
    const { field, texts } = this.#options;
    this.#slash = slash;
    this.#offered = offered;
    const isOpen = offered.length > 0;
    const isAsked = slash !== null && slash.typed === "" && !isOpen;
    this.node.hidden = !isOpen;
    this.node.replaceChildren(...offered.map((reply, at) => this.#option(reply, at)));
    this.node.children[this.#chosen]?.scrollIntoView({ block: "nearest" });
    setAttributes(field, { "aria-activedescendant": isOpen && `${listId}-${this.#chosen}` });
    setAttributes(this.status, { class: isAsked ? "calls soft" : "unseen" });
    setText(
      this.status,
      isOpen ? texts.count("replies.found", offered.length) : isAsked ? texts.say("replies.nothing") : "",
    );
  }

  #option(reply: CannedReply, at: number): HTMLElement {
    const selected = String(at === this.#chosen);
    const about = isMacro(reply) ? this.#steps(reply) : reply.text.slice(0, shownCharacters);
    const option = make("li", { role: "option", id: `${listId}-${at}`, "aria-selected": selected });
    option.append(make("bdi", {}, reply.name), make("small", { class: "soft" }, make("bdi", {}, about)));
    // Before the focus leaves the words.
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.#take(reply);
    });
    return option;
  }

  /** What one press does. */
  #steps({ text, tags, closes, to }: CannedReply): string {
    const { texts, names } = this.#options;
    const steps = [
      text !== "" && texts.say("replies.sends"),
      ...names(tags),
      closes && texts.say("replies.closes"),
      to !== null && texts.say("replies.transfers", { name: to.name }),
    ];
    return steps.filter((step) => step !== false).join(" · ");
  }

  #take(reply: CannedReply): void {
    const slash = this.#slash;
    this.close();
    if (slash !== null) this.#options.take(reply, slash);
  }
}
