// A tip for an answer (P15): how much, what is left then, and yes. Nothing is given by one press.

import { makeButton } from "../elements/buttons.ts";
import { make, setText } from "../elements/make.ts";
import type { Texts } from "../elements/texts.ts";
import { typedDigits, typedNumber } from "../elements/typed-number.ts";
import { randomId, type Wallet } from "../live/wire.ts";

const offered = [1, 2, 5];
/** Of the largest, which the server knows. */
const mostDigits = 4;

export interface TipOptions {
  readonly texts: Texts;
  /** Who gets it. */
  readonly name: string;
  readonly unit: string;
  readonly wallet: () => Wallet | null;
  readonly buy: string;
  /** Answers what stands in the way, empty when it was given. The same `client` again gives nothing twice. */
  readonly give: (units: number, client: string) => Promise<string>;
}

/** Opens over the page; it goes with its last button. */
export function openTipDialog(parent: Node, { texts, name, unit, wallet, buy, give }: TipOptions): void {
  const client = randomId();
  const amountOf = (units: number): string => texts.count(`unit.${unit}`, units);
  const radios = offered.map((units, index) =>
    make("input", { type: "radio", name: "units", value: units, checked: index === 0 })
  );
  const other = make("input", { type: "radio", name: "units", value: "" });
  const number = make("input", {
    class: "input",
    pattern: typedDigits(mostDigits),
    autocomplete: "off",
    inputmode: "numeric",
    "aria-label": texts.say("tip.anotherNumber"),
  });
  const choices = make(
    "fieldset",
    { class: "amounts" },
    make("legend", { class: "unseen" }, texts.say("tip.question")),
    ...radios.map((radio) => make("label", {}, radio, make("span", {}, amountOf(Number(radio.value))))),
    make("label", {}, other, make("span", {}, texts.say("tip.another")), number),
  );
  const words = make("p", { role: "status" });
  const problem = make("p", { class: "problem", role: "alert" });
  const more = make("a", { class: "button", href: buy, hidden: true }, texts.say(`buy.${unit}`));
  const goOn = make("button", { class: "button", "data-kind": "primary" }, texts.say("tip.goOn"));
  const back = makeButton(texts.say("tip.cancel"), { "data-kind": "quiet" });
  const title = make("h2", { id: "tip" }, texts.say("tip.title", { name }));
  const form = make("form", {}, title, choices, words, problem, make("div", { class: "buttons" }, more, back, goOn));
  const dialog = make("dialog", { class: "tip", "aria-labelledby": "tip", closedby: "any" }, form);
  let isSure = false;

  const units = (): number =>
    other.checked ? typedNumber(number.value) : Number(radios.find((radio) => radio.checked)?.value);

  const show = (): void => {
    const free = wallet()?.free ?? 0;
    const isShort = units() > free;
    choices.hidden = isSure;
    setText(words, isSure ? texts.say("tip.sure", { amount: amountOf(units()), left: amountOf(free - units()) }) : "");
    setText(problem, !isSure && isShort ? texts.say("tip.short", { amount: amountOf(free) }) : "");
    more.hidden = isSure || !isShort;
    goOn.disabled = !isSure && isShort;
    setText(goOn, texts.say(isSure ? "tip.give" : "tip.goOn"));
    setText(back, texts.say(isSure ? "tip.back" : "tip.cancel"));
  };

  number.onfocus = () => {
    other.checked = true;
    show();
  };
  form.oninput = () => {
    number.required = other.checked;
    show();
  };
  back.onclick = () => {
    if (!isSure) return dialog.close();
    isSure = false;
    show();
  };
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (goOn.ariaBusy !== null) return;
    if (!isSure) {
      isSure = true;
      show();
      return goOn.focus();
    }
    goOn.ariaBusy = "true";
    const why = await give(units(), client);
    goOn.ariaBusy = null;
    if (why === "") return dialog.close();
    isSure = false;
    show();
    setText(problem, why);
  };
  dialog.onclose = () => dialog.remove();
  parent.appendChild(dialog);
  show();
  dialog.showModal();
}
