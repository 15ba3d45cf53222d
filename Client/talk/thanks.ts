// What comes after a paid answer, below its bubble, or after a chat by the minute, beside its bill: its rating, and with the latest one the way to a tip.

import { makeButton } from "../elements/buttons.ts";
import { ratingOf } from "../elements/ratings.ts";
import type { Texts } from "../elements/texts.ts";
import type { Answer, Deal, Entry, Question, Wallet } from "../live/wire.ts";
import { makeRatingForm, type RatingForm } from "./rating-form.ts";
import { openTipDialog } from "./tip-dialog.ts";

export interface ThanksState {
  /** Where the bubbles stand. */
  readonly thread: Element;
  /** Where the latest chat by the minute has its bill; null while another one goes on. */
  readonly bill: Element | null;
  readonly topic: string;
  readonly deal: Deal;
  readonly entries: readonly Entry[];
  readonly now: number;
}

export interface ThanksOptions {
  readonly texts: Texts;
  readonly buy: string;
  readonly ask: (question: Question) => Promise<Answer | null>;
  /** Null where it is not known whose page this is: money goes only from who is signed in. */
  readonly wallet: ((unit: string) => Wallet | null) | null;
}

export interface Thanks {
  show(state: ThanksState): void;
}

export function makeThanks({ texts, buy, ask, wallet }: ThanksOptions): Thanks {
  const forms = new Map<number, RatingForm>();
  let latest: ThanksState | null = null;

  /** Empty when it was taken. */
  const say = async (question: Question): Promise<string> => {
    const answer = await ask(question);
    if (answer === null) return texts.say("thanks.unsent");
    return answer.event === "Refused" ? answer.text : "";
  };

  const formOf = (of: number, isMinutes: boolean): RatingForm => {
    const known = forms.get(of);
    if (known !== undefined) return known;
    const form = makeRatingForm(
      texts,
      texts.say(isMinutes ? "thanks.questionMinutes" : "thanks.question"),
      (stars, text) => say({ do: "rate", topic: latest?.topic ?? "", of, stars, ...(text !== "" && { text }) }),
    );
    forms.set(of, form);
    return form;
  };

  const tip = makeButton(texts.say("tip.open"), { class: "button tip", "data-size": "small" });
  tip.onclick = () => {
    if (latest === null || wallet === null) return;
    const { deal, topic, thread } = latest;
    const last = deal.paid?.at(-1);
    if (last === undefined) return;
    const { n: of, unit } = last;
    openTipDialog(thread.getRootNode(), {
      texts,
      name: deal.expert.name,
      unit,
      buy,
      wallet: () => wallet(unit),
      give: (units, client) => say({ do: "tip", topic, of, units, client }),
    });
  };

  return {
    show(state): void {
      latest = state;
      const { thread, bill, deal, entries, now } = state;
      const paid = deal.paid ?? [];
      const takes = deal.thanks ?? [];
      tip.hidden = !takes.includes("tips");
      for (const { n, rateUntil } of paid) {
        const isMinutes = entries.some((entry) => entry.n === n && entry.event === "MinuteChat");
        const place = isMinutes ? (n === paid.at(-1)?.n ? bill : null) : thread.querySelector(`[data-n="${n}"]`);
        if (place === null) {
          forms.get(n)?.element.remove();
          continue;
        }
        const rating = ratingOf(n, entries);
        const { element, show } = formOf(n, isMinutes);
        const isOpen = now < rateUntil && takes.includes("ratings");
        show(rating, isOpen);
        element.hidden = rating === null && !isOpen && (tip.hidden || wallet === null || n !== paid.at(-1)?.n);
        if (element.parentNode !== place) place.append(element);
        if (wallet !== null && n === paid.at(-1)?.n && tip.parentNode !== element) element.append(tip);
      }
    },
  };
}

/** What was given, as a line of the thread. */
export function sayTip(entry: Entry, texts: Texts): string {
  if (entry.event !== "TipGiven") return "";
  return texts.say("tip.line", { amount: texts.count(`unit.${entry.body.unit}`, entry.body.units) });
}
