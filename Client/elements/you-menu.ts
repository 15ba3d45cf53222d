import type { AgentSnapshot, AgentStatus } from "../live/wire.ts";
import type { Desk } from "./desk.ts";
import { chats, leave, person, star } from "./drawings.ts";
import { icon } from "./icons.ts";
import { make, setAttributes, setText } from "./make.ts";
import { statuses, statusHints, statusTexts } from "./status.ts";
import { holds } from "./undo.ts";

const profileAddress = "/profile";
const availabilityAddress = "/availability";
export const figuresAddress = "/console/today";
const ratingsAddress = "/console/ratings";

/**
 * Oneself: the status others see (E4), and the way out. The form that signs out is the page's own, with its token. In a frame of somebody
 * else's website there is no way out, and no page of one's own.
 */
export class YouMenu {
  readonly node: HTMLElement;
  readonly #name = make("b");
  readonly #choices = new Map<AgentStatus, HTMLButtonElement>();
  readonly #desk: Desk;
  #hold = (): void => {};

  constructor(desk: Desk, signal: AbortSignal) {
    this.#desk = desk;
    const { texts } = desk;
    const group = make("div", { role: "radiogroup", "aria-label": texts.say("status.label") });
    for (const status of statuses) group.append(this.#buildChoice(status, signal));
    const parts: Node[] = [make("header", {}, this.#name), group, make("hr"), this.#buildHold(signal)];
    if (desk.frame === null) {
      const profile = make("a", { href: profileAddress }, icon(person), texts.say("rail.yourProfile"));
      const reached = make("a", { href: availabilityAddress }, icon(chats), texts.say("rail.availability"));
      const ratings = make("a", { href: ratingsAddress }, icon(star), texts.say("rail.ratings"));
      parts.push(reached, ratings, make("hr"), profile);
    }
    if (document.getElementById("sign-out") !== null) {
      parts.push(make("button", { type: "submit", form: "sign-out" }, icon(leave), texts.say("rail.signOut")));
    }
    this.node = make("div", { class: "menu you-menu", id: "you-menu", popover: "auto" }, ...parts);
    group.addEventListener("keydown", (event) => this.#move(event), { signal });
  }

  show(me: AgentSnapshot["me"]): void {
    setText(this.#name, me.name);
    this.#hold();
    for (const [status, choice] of this.#choices) {
      const isChosen = status === me.status;
      setAttributes(choice, { "aria-checked": String(isChosen), tabindex: isChosen ? 0 : -1, "aria-busy": false });
    }
  }

  #buildChoice(status: AgentStatus, signal: AbortSignal): HTMLElement {
    const { texts } = this.#desk;
    const words = make("span", {}, texts.say(statusTexts[status]), make("small", {}, texts.say(statusHints[status])));
    const dot = make("span", { class: "dot", "data-presence": status, "aria-hidden": "true" });
    const choice = make("button", { type: "button", role: "radio", "aria-checked": "false" }, dot, words);
    choice.addEventListener("click", () => this.#choose(status), { signal });
    this.#choices.set(status, choice);
    return choice;
  }

  /** For how long what was written can be taken back. */
  #buildHold(signal: AbortSignal): HTMLElement {
    const { texts, workspace } = this.#desk;
    const options = holds.map((seconds) =>
      make("option", { value: seconds }, seconds === 0 ? texts.say("undo.off") : texts.count("undo.seconds", seconds))
    );
    const select = make("select", { class: "input" }, ...options);
    this.#hold = () => {
      select.value = String(workspace.hold);
    };
    select.addEventListener("change", () => {
      workspace.hold = holds.find((seconds) => String(seconds) === select.value) ?? 0;
    }, { signal });
    return make("label", { class: "field" }, texts.say("undo.label"), select);
  }

  #choose(status: AgentStatus): void {
    const choice = this.#choices.get(status);
    if (choice === undefined || choice.getAttribute("aria-checked") === "true") return this.node.hidePopover();
    setAttributes(choice, { "aria-busy": "true" });
    // The new status arrives as a snapshot, which also takes the mark of being busy away.
    this.#desk.workspace.setStatus(status).then((answer) => {
      if (answer.event === "Refused") fail(choice, answer.text);
      else this.node.hidePopover();
    }, () => fail(choice, this.#desk.texts.say("failure.offline")));
  }

  /** A radio group has one stop, and the arrows move inside it. */
  #move(event: KeyboardEvent): void {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const choices = [...this.#choices.values()];
    const index = choices.findIndex((choice) => choice === document.activeElement);
    if (step === 0 || index === -1) return;
    event.preventDefault();
    choices.at((index + step) % choices.length)?.focus();
  }
}

function fail(choice: HTMLElement, text: string): void {
  setAttributes(choice, { "aria-busy": false });
  choice.dispatchEvent(new CustomEvent("parley-failure", { bubbles: true, detail: text }));
}
