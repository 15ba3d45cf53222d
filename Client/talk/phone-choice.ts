// What is left for an expert who is not there may go to their telephone as well, for a price of its own (C14). It is chosen for each message
// anew.

import { make, setText } from "../elements/make.ts";
import type { Texts } from "../elements/texts.ts";
import type { Deal } from "../live/wire.ts";

export interface PhoneChoice {
  readonly element: HTMLElement;
  readonly isChosen: boolean;
  choose(isChosen: boolean): void;
  /** Null where nothing goes to a telephone now. */
  show(deal: Deal | null): void;
}

export function makePhoneChoice(texts: Texts, changed: () => void): PhoneChoice {
  const box = make("input", { type: "checkbox" });
  const words = make("span");
  const element = make("label", { class: "by-phone", hidden: true }, box, words);
  box.onchange = changed;
  return {
    element,
    get isChosen(): boolean {
      return !element.hidden && box.checked;
    },
    choose(isChosen): void {
      box.checked = isChosen;
      changed();
    },
    show(deal): void {
      const price = deal?.smsPrice ?? null;
      element.hidden = price === null;
      if (element.hidden) box.checked = false;
      if (deal === null || price === null) return;
      setText(
        words,
        texts.say("deal.sms", { name: deal.expert.name, amount: texts.count(`unit.${deal.unit}`, price) }),
      );
    },
  };
}
