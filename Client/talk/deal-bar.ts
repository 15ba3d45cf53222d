// One calm line above the composer of a paid thread: how the question stands, what is left, and the way to more (A19, A20, A26, A29).

import { sayLeft } from "../elements/countdown.ts";
import { sayDeadline } from "../elements/deadline.ts";
import { make, setAttributes, setText } from "../elements/make.ts";
import type { Texts } from "../elements/texts.ts";
import type { Times } from "../elements/times.ts";
import type { Deal, Entry, Wallet } from "../live/wire.ts";
import { canPay, releasedUnits, type Stage, stageOf } from "./deal-stage.ts";
import type { Purse } from "./purse.ts";

export interface DealBarState {
  readonly deal: Deal | null;
  readonly entries: readonly Entry[];
  readonly wallet: Wallet | null;
  /** Why the last message was not sent, in words. */
  readonly problem: string;
  /** Null until it is known, and where it is nobody's. */
  readonly purse: Purse | null;
  readonly now: number;
}

export interface DealBar {
  readonly element: HTMLElement;
  show(state: DealBarState): void;
}

const tones: Readonly<Record<Stage, string | null>> = {
  rest: null,
  waits: "brand",
  late: "wait",
  over: "wait",
  released: "good",
};

const hourSeconds = 3_600;

export interface DealBarOptions {
  readonly texts: Texts;
  readonly times: Times;
  /** Where more credit is bought. */
  readonly buy: string;
  /** Where somebody signs in to see what they have; null where that is known. */
  readonly signIn: string | null;
  /** What calls, with its mark. */
  readonly alert: HTMLElement;
}

export function makeDealBar({ texts, times, buy, signIn, alert }: DealBarOptions): DealBar {
  const problem = make("p", { class: "problem", role: "alert", hidden: true });
  const words = make("span", { role: "status" });
  // Read out once by the words beside it, not with every second.
  const clock = make("b", { role: "timer", hidden: true });
  const stage = make("p", { class: "stage", hidden: true }, words, clock);
  const credit = make("p", { class: "credit soft" });
  const more = make("a", { class: "button", "data-size": "small", href: buy });
  const price = make("span");
  const way = signIn === null ? make("a") : make("a", { href: signIn }, texts.say("deal.signIn"));
  const own = make("div", { class: "purse soft", hidden: signIn === null }, price, way);
  const rows = [problem, alert, stage, make("div", {}, credit, more), own];
  const element = make("div", { class: "deal", hidden: true }, ...rows);

  const amountOf = (deal: Deal, units: number): string => texts.count(`unit.${deal.unit}`, units);

  const sayPromise = (deal: Deal): string =>
    texts.count("deal.hours", Math.round((deal.answerSeconds ?? 0) / hourSeconds));

  const sayStage = (deal: Deal, entries: readonly Entry[], at: Stage, now: number): string => {
    const { expert: { name, status, reach }, dueAt } = deal;
    switch (at) {
      case "waits":
        // What was left for who was not there is accepted first.
        if (entries.some(({ event }) => event === "QuestionAccepted") && deal.way === "offline" && !deal.left) {
          return texts.say("deal.accepted", { name, time: sayDeadline(dueAt ?? 0, now, times) });
        }
        return texts.say("deal.waits", { name, time: sayDeadline(dueAt ?? 0, now, times) });
      case "late":
        return texts.say("deal.late", { name });
      case "over":
        return texts.say("deal.over");
      case "released": {
        const units = releasedUnits(entries, deal.price);
        return texts.count("deal.released", units, { amount: amountOf(deal, units) });
      }
      case "rest":
        if (deal.sold === false) return texts.say("deal.unsold");
        if (reach === "unavailable" || reach === "call") return texts.say("deal.unavailable", { name });
        if (deal.way === "offline") return texts.say("deal.leave", { name, time: sayPromise(deal) });
        return status === "offline" ? texts.say("deal.offline", { name }) : "";
    }
  };

  const sayCredit = (deal: Deal, wallet: Wallet | null): string[] => {
    const { held } = deal;
    const parts = [texts.count("deal.asked", deal.asked)];
    if (held > 0) parts.unshift(texts.say("deal.held", { count: held }));
    if (wallet !== null) parts.unshift(texts.count("deal.left", wallet.free, { amount: amountOf(deal, wallet.free) }));
    return parts;
  };

  return {
    element,
    show({ deal, entries, wallet, problem: said, purse, now }): void {
      element.hidden = deal === null;
      if (deal === null) return;
      const at = stageOf(deal, entries, now);
      const left = at === "waits" || at === "late" ? sayLeft(deal.dueAt ?? 0, now, texts) : null;
      setText(words, sayStage(deal, entries, at, now));
      clock.hidden = left === null;
      setText(clock, left === null ? "" : texts.say("due.left", { left }));
      stage.hidden = words.textContent === "";
      setAttributes(stage, { "data-tone": tones[at], title: left !== null && times.full(deal.dueAt ?? 0) });
      const isNew = said !== "" && problem.textContent !== said;
      setText(problem, said);
      problem.hidden = said === "";
      // What is above where one writes scrolls where there is much of it.
      if (isNew) problem.scrollIntoView({ block: "center" });
      showParts(credit, sayCredit(deal, wallet));
      if (purse !== null) {
        own.hidden = false;
        setText(price, purse.price ?? "");
        setText(way, purse.stop);
        setAttributes(way, { href: purse.stopAddress });
      }
      setText(more, texts.say(`buy.${deal.unit}`));
      const isShort = said !== "" || wallet !== null && !canPay(wallet, deal.price, 0);
      setAttributes(more, { "data-kind": isShort && "primary" });
    },
  };
}

/** Side by side, and where there is no room one below the other. */
function showParts(place: HTMLElement, parts: readonly string[]): void {
  const shown = parts.map((part, index) => index === parts.length - 1 ? part : `${part} ·`);
  if (place.textContent === shown.join("")) return;
  place.replaceChildren(...shown.map((part) => make("span", {}, part)));
}
