import type { Outbox } from "../live/outbox.ts";
import type { Drafts } from "./drafts.ts";
import type { ListTimes } from "./list-times.ts";
import { make, setAttributes, setText } from "./make.ts";
import type { KeptChat } from "./shelf.ts";
import type { Texts } from "./texts.ts";
import { topicOf } from "./threads.ts";
import { roomAfter, sends } from "./writing.ts";

interface Around {
  readonly texts: Texts;
  readonly times: ListTimes;
  readonly outbox: Outbox;
  readonly drafts: Drafts;
}

/** One chat without a connection: what waits to be sent, and a place to write more. */
export class OfflineChat {
  readonly node: HTMLDetailsElement;
  readonly #topic: string;
  readonly #around: Around;
  readonly #count = make("span", { class: "tag", "data-tone": "wait", hidden: true });
  readonly #waiting = make("ol", { class: "thread" });
  readonly #text: HTMLTextAreaElement;
  readonly #hint = make("small", { class: "error", role: "status" });
  readonly #send: HTMLButtonElement;

  constructor({ conversation, name, site }: KeptChat, around: Around) {
    const { texts, drafts } = around;
    this.#topic = topicOf(conversation);
    this.#around = around;
    const who = name === "" ? texts.say("shell.unnamed") : name;
    const label = texts.say("composer.label", { name: who });
    this.#text = make("textarea", { rows: 1, enterkeyhint: "send", autocomplete: "off", "aria-label": label });
    this.#text.placeholder = texts.say("composer.placeholder", { name: who });
    this.#text.value = drafts.get(this.#topic);
    this.#send = make("button", { class: "button", "data-kind": "primary" }, texts.say("composer.send"));
    const form = make("form", { class: "composer" }, this.#text, this.#hint, this.#send);
    const summary = make("summary", {}, make("bdi", {}, who), make("small", {}, make("bdi", {}, site)), this.#count);
    this.node = make("details", {}, summary, this.#waiting, form);
    this.#text.addEventListener("input", () => this.#changed());
    this.#text.addEventListener("keydown", (event) => {
      if (!sends(event)) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", (event) => this.#submit(event));
    this.#changed();
    this.show();
    if (this.#text.value !== "") this.open();
  }

  open(): void {
    this.node.open = true;
  }

  /** What waits here, as the outbox has it now. */
  show(): void {
    const { texts, times, outbox } = this.#around;
    const pending = outbox.pending(this.#topic);
    if (pending.length > 0 && this.#waiting.childElementCount === 0) this.open();
    this.#count.hidden = pending.length === 0;
    setText(this.#count, texts.count("shell.waiting", pending.length));
    const bubbles = pending.map(({ text, at, state }) => {
      const time = make("time", { datetime: new Date(at).toISOString(), title: times.full(at) }, times.clock(at));
      return make(
        "li",
        { class: "bubble", "data-side": "end", "data-state": state, "data-first": true, "data-last": true },
        make("p", { dir: "auto" }, text),
        make("footer", {}, time),
      );
    });
    this.#waiting.replaceChildren(...bubbles);
  }

  #changed(): void {
    const { texts, drafts } = this.#around;
    drafts.set(this.#topic, this.#text.value);
    const excess = -roomAfter(this.#text.value);
    setText(this.#hint, excess > 0 ? texts.count("composer.tooLong", excess) : "");
    setAttributes(this.#send, { "aria-disabled": (this.#text.value.trim() === "" || excess > 0) && "true" });
  }

  #submit(event: Event): void {
    event.preventDefault();
    const text = this.#text.value.trim();
    if (text === "" || roomAfter(text) < 0) return;
    if (this.#around.outbox.add(this.#topic, text) === null) {
      return setText(this.#hint, this.#around.texts.say("failure.outboxFull"));
    }
    this.#text.value = "";
    this.#changed();
    this.#text.focus();
  }
}
