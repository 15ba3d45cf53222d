import type { Mention } from "../live/wire.ts";
import { DeskElement } from "./desk.ts";
import { make, setAttributes, setText } from "./make.ts";
import { type Call, callAt, calledIn, complete, suggest } from "./mentions.ts";
import { topicOf } from "./threads.ts";
import { roomAfter, sends } from "./writing.ts";

const listId = "note-calls";

/**
 * Where one writes what the team alone reads. Attributes `conversation`, `placeholder` and `label`. An @ offers the colleagues of the site:
 * arrows choose, Enter takes, Escape leaves it. What is not sent is a draft of its own, so that no note ends up as an answer.
 */
export class ParleyNote extends DeskElement {
  readonly #text = make("textarea", { rows: 1, autocomplete: "off" });
  readonly #list = make("ul", { class: "calls", id: listId, role: "listbox", hidden: true });
  readonly #count = make("p", { class: "unseen", role: "status" });
  readonly #hint = make("small");
  readonly #send = make("button", { class: "button", type: "submit" });
  #people: readonly Mention[] = [];
  #offered: readonly Mention[] = [];
  #chosen = 0;
  #call: Call | null = null;
  #signal: AbortSignal | null = null;

  override focus(options?: FocusOptions): void {
    this.#text.focus(options);
  }

  protected begin(signal: AbortSignal): void {
    this.#signal = signal;
    const { texts } = this.desk;
    const form = make("form", { class: "composer", "data-kind": "note" }, this.#text, this.#hint, this.#send);
    this.#send.replaceChildren(texts.say("note.send"));
    setAttributes(this.#text, {
      "aria-label": this.getAttribute("label"),
      placeholder: this.getAttribute("placeholder"),
      "aria-autocomplete": "list",
      "aria-controls": listId,
    });
    setAttributes(this.#list, { "aria-label": texts.say("note.colleagues") });
    this.#text.value = this.desk.drafts().get(this.#draft);
    this.replaceChildren(this.#list, this.#count, form);
    this.#text.addEventListener("input", () => this.#changed(), { signal });
    this.#text.addEventListener("click", () => this.#look(), { signal });
    this.#text.addEventListener("keydown", (event) => this.#keydown(event), { signal });
    this.#text.addEventListener("blur", () => this.#offer(null), { signal });
    form.addEventListener("submit", (event) => this.#submit(event), { signal });
    void this.#fetchPeople();
    this.render();
  }

  protected render(): void {
    const { texts } = this.desk;
    const left = roomAfter(this.#text.value);
    setText(this.#hint, left < 0 ? texts.count("composer.tooLong", -left) : texts.say("note.hint"));
    setAttributes(this.#hint, { class: left < 0 && "error", role: left < 0 && "status" });
    const isEmpty = this.#text.value.trim() === "";
    setAttributes(this.#send, { "aria-disabled": isEmpty || left < 0 ? "true" : false });
  }

  get #conversation(): string {
    return this.getAttribute("conversation") ?? "";
  }

  get #draft(): string {
    return `${topicOf(this.#conversation)}.note`;
  }

  /** Without a network it is asked for again with the next @. */
  async #fetchPeople(): Promise<void> {
    const address = `/console/chats/${encodeURIComponent(this.#conversation)}/team`;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: this.#signal });
      if (!answer.ok) return;
      const { colleagues } = await answer.json() as { readonly colleagues: readonly Mention[] };
      this.#people = colleagues.filter(({ id }) => id !== this.desk.workspace.account);
      this.#look();
    } catch {
      // The note can be written all the same.
    }
  }

  #changed(): void {
    this.desk.drafts().set(this.#draft, this.#text.value);
    this.render();
    this.#look();
  }

  /** Offers names where one is being typed. */
  #look(): void {
    const isHere = document.activeElement === this.#text;
    this.#offer(isHere ? callAt(this.#text.value, this.#text.selectionStart) : null);
  }

  #offer(call: Call | null): void {
    if (call !== null && this.#people.length === 0) void this.#fetchPeople();
    const offered = call === null ? [] : suggest(this.#people, call.typed);
    const isSame = offered.length === this.#offered.length && offered.every((one, at) => one === this.#offered[at]);
    this.#call = call;
    this.#offered = offered;
    if (!isSame) this.#chosen = 0;
    this.#showOffer();
  }

  #showOffer(): void {
    const { texts } = this.desk;
    const isOpen = this.#offered.length > 0;
    this.#list.hidden = !isOpen;
    this.#list.replaceChildren(...this.#offered.map((person, at) => this.#option(person, at)));
    setAttributes(this.#text, { "aria-activedescendant": isOpen && `${listId}-${this.#chosen}` });
    setText(this.#count, isOpen ? texts.count("note.found", this.#offered.length) : "");
  }

  #option(person: Mention, at: number): HTMLElement {
    const selected = String(at === this.#chosen);
    const option = make("li", { role: "option", id: `${listId}-${at}`, "aria-selected": selected });
    option.append(make("bdi", {}, person.name));
    // Before the focus leaves the words.
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.#take(person);
    });
    return option;
  }

  #keydown(event: KeyboardEvent): void {
    if (this.#offered.length > 0 && !event.isComposing && this.#steer(event)) {
      event.preventDefault();
      return event.stopPropagation();
    }
    if (!sends(event)) return;
    event.preventDefault();
    this.#text.form?.requestSubmit();
  }

  /** Whether the key was for the names. */
  #steer({ key }: KeyboardEvent): boolean {
    const { length } = this.#offered;
    const person = this.#offered[this.#chosen];
    if (key === "Escape") this.#offer(null);
    else if (key === "ArrowDown" || key === "ArrowUp") {
      this.#chosen = (this.#chosen + (key === "ArrowDown" ? 1 : length - 1)) % length;
      this.#showOffer();
    } else if ((key === "Enter" || key === "Tab") && person !== undefined) this.#take(person);
    else return false;
    return true;
  }

  #take(person: Mention): void {
    if (this.#call === null) return;
    const { text, cursor } = complete(this.#text.value, this.#call, person.name);
    this.#text.value = text;
    this.#text.setSelectionRange(cursor, cursor);
    this.#offer(null);
    this.desk.drafts().set(this.#draft, text);
    this.render();
  }

  #submit(event: Event): void {
    event.preventDefault();
    const text = this.#text.value.trim();
    if (text === "" || roomAfter(text) < 0) return;
    const mentions = calledIn(text, this.#people);
    if (!this.desk.workspace.threads.note(this.#conversation, text, { mentions })) {
      return this.say("parley-failure", this.desk.texts.say("failure.outboxFull"));
    }
    this.#text.value = "";
    this.#changed();
    this.#text.focus();
    this.say("parley-sent");
  }
}
