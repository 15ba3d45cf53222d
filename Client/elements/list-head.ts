import { makeButton, makeIconButton } from "./buttons.ts";
import type { Desk } from "./desk.ts";
import { sound, soundOff } from "./drawings.ts";
import { icon } from "./icons.ts";
import { make, setAttributes, setText } from "./make.ts";
import { askForNotices, mayAskForNotices, noLongerAsk } from "./notices.ts";
import { statusTexts } from "./status.ts";
import { YouMenu } from "./you-menu.ts";

/** What stands over the lists: their name, who one is, the bell, and once the question whether notices are welcome. */
export class ListHead {
  readonly nodes: readonly HTMLElement[];
  readonly #desk: Desk;
  readonly #name = make("span");
  readonly #status = make("span", { class: "tag" });
  /** In a frame, which has no rail: there it is opened here. */
  #menu: YouMenu | null = null;
  readonly #bell = makeIconButton(sound, "");
  readonly #question: HTMLElement;
  #mayAsk = mayAskForNotices();

  /** `begin`: what begins a chat, which stands beside the bell. */
  constructor(desk: Desk, begin: HTMLElement, rung: () => void, signal: AbortSignal) {
    this.#desk = desk;
    this.#bell.addEventListener("click", rung);
    this.#question = this.#buildQuestion();
    const title = make("h1", {}, desk.texts.say("list.title"));
    const buttons = make("div", { class: "buttons" }, begin, this.#bell);
    this.nodes = [make("header", {}, title, ...this.#buildYou(signal), buttons), this.#question];
  }

  show(isSoundOn: boolean): void {
    this.#showMe();
    this.#showBell(isSoundOn);
    this.#showQuestion();
  }

  #buildYou(signal: AbortSignal): HTMLElement[] {
    const parts = [this.#name, this.#status];
    if (this.#desk.frame === null) return [make("p", { class: "you" }, ...parts)];
    this.#menu = new YouMenu(this.#desk, signal);
    const { node } = this.#menu;
    return [make("button", { class: "you", type: "button", popovertarget: node.id }, ...parts), node];
  }

  #buildQuestion(): HTMLElement {
    const { texts } = this.#desk;
    const allow = makeButton(texts.say("notices.allow"), { "data-kind": "primary", "data-size": "small" });
    const later = makeButton(texts.say("notices.later"), { "data-kind": "quiet", "data-size": "small" });
    const answered = (): void => {
      this.#mayAsk = false;
      this.#showQuestion();
    };
    allow.addEventListener("click", () => {
      answered();
      void askForNotices();
    });
    later.addEventListener("click", () => {
      answered();
      noLongerAsk();
    });
    const buttons = make("div", { class: "buttons" }, allow, later);
    return make("div", { class: "notice", hidden: true }, make("p", {}, texts.say("notices.question")), buttons);
  }

  #showMe(): void {
    const { workspace: { me }, texts } = this.#desk;
    if (me === null) return;
    this.#menu?.show(me);
    setText(this.#name, me.name);
    setText(this.#status, texts.say(statusTexts[me.status]));
    setAttributes(this.#status, { "data-presence": me.status });
  }

  #showBell(isOn: boolean): void {
    const bell = this.#bell;
    const shown = isOn ? "sound" : "soundOff";
    if (bell.dataset["shown"] === shown) return;
    const label = this.#desk.texts.say(isOn ? "sound.turnOff" : "sound.turnOn");
    setAttributes(bell, { "aria-label": label, title: label, "data-shown": shown });
    bell.replaceChildren(icon(isOn ? sound : soundOff));
  }

  #showQuestion(): void {
    // Who only reads is not rung either.
    const { sites, isExpert } = this.#desk.workspace;
    const isRung = isExpert || sites.some((site) => site.mayWrite);
    this.#question.hidden = !isRung || !this.#mayAsk;
  }
}
