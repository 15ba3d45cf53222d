// A chat by the minute above the composer: the price before it starts, and while it goes on rate, time, what it costs and how long it lasts,
// for both sides (C2b, C19, P16). While it goes on this browser says every few seconds that somebody is there.

import { cutOff, isFree, leftBy, ranBy, sayClock, spentBy } from "../live/minutes.ts";
import type { Answer, Deal, MinuteDeed, Minutes, MinuteSession, Question } from "../live/wire.ts";
import { makeButton } from "./buttons.ts";
import { make, setAttributes, setText } from "./make.ts";
import { sayUnits } from "./minute-lines.ts";
import type { Texts } from "./texts.ts";

const beatMilliseconds = 4_000;
const minuteMilliseconds = 60_000;

export interface MinutesBarOptions {
  readonly texts: Texts;
  readonly side: "customer" | "expert";
  /** Where more credit is bought. */
  readonly buy: string;
  /** Where bills are. */
  readonly bills: string;
  /** Opens a page beside this one; a window of the browser's where it is not given. */
  readonly visit?: ((address: string) => void) | undefined;
  readonly ask: (question: Question) => Promise<Answer | null>;
}

export interface MinutesBarState {
  readonly topic: string;
  readonly deal: Deal;
  /** Of the other side. */
  readonly name: string;
  readonly now: number;
  /** What the customer has; null for who may not know. */
  readonly free: number | null;
  /** About what a minute costs in the currency that its payer chose; empty where none was. */
  readonly own: string;
  readonly isConnected: boolean;
}

export interface MinutesBar {
  readonly element: HTMLElement;
  /** Called with every change and every second. */
  show(state: MinutesBarState): void;
}

const words: Readonly<Record<MinuteDeed, string>> = {
  start: "minutes.start",
  cancel: "minutes.cancel",
  recharge: "minutes.recharge",
  proceed: "minutes.proceed",
  accept: "minutes.accept",
  decline: "minutes.decline",
  rest: "minutes.rest",
  end: "minutes.end",
};

const kinds: Readonly<Record<MinuteDeed, string | null>> = {
  start: "primary",
  accept: "primary",
  proceed: "primary",
  cancel: null,
  recharge: null,
  decline: null,
  rest: null,
  end: "bad",
};

const phases: Readonly<Record<MinuteSession["phase"], string>> = {
  offered: "minutes.offered",
  waiting: "minutes.waiting",
  running: "minutes.running",
  weak: "minutes.weak",
  idle: "minutes.idle",
  recharging: "minutes.recharging",
  over: "minutes.over",
};

export function makeMinutesBar({ texts, side, buy, bills, visit, ask }: MinutesBarOptions): MinutesBar {
  const problem = make("p", { class: "problem", role: "alert", hidden: true });
  const status = make("p", { class: "phase", role: "status" });
  const [rate, money, left] = [make("span"), make("span"), make("span")];
  // Read out when somebody asks, not with every second.
  const clock = make("b", { role: "timer" });
  const figures = make("p", { class: "figures" }, clock, rate, money, left);
  const buttons = make("div", { class: "buttons", hidden: true });
  const bill = make("a", { class: "bill" }, texts.say("minutes.bill"));
  const element = make(
    "section",
    { class: "minutes", "aria-label": texts.say("minutes.label") },
    problem,
    status,
    figures,
    buttons,
    bill,
  );
  let state: MinutesBarState | null = null;
  let [shown, beatAt, heardOver] = ["", 0, ""];
  let cutAt: number | null = null;

  const act = async (deed: MinuteDeed, button: HTMLButtonElement): Promise<void> => {
    if (state === null || button.getAttribute("aria-busy") === "true") return;
    const { topic, deal } = state;
    const price = deal.minutes?.offer?.rate;
    setAttributes(button, { "aria-busy": "true" });
    const answer = await ask({
      do: "minutes",
      topic,
      deed,
      ...(deed === "start" && price !== undefined && { rate: price }),
    });
    setAttributes(button, { "aria-busy": false });
    const said = answer === null ? texts.say("minutes.unsent") : answer.event === "Refused" ? answer.text : "";
    setText(problem, said);
    problem.hidden = said === "";
  };

  /** The buttons stay what they are while their names do, so that the focus stays too. */
  const offer = (deeds: readonly MinuteDeed[]): void => {
    const key = deeds.join();
    if (key === shown) return;
    const had = buttons.contains((element.getRootNode() as Document | ShadowRoot).activeElement);
    shown = key;
    buttons.hidden = deeds.length === 0;
    buttons.replaceChildren(...deeds.map((deed) => {
      const button = makeButton(texts.say(words[deed]), {
        "data-size": "small",
        ...(kinds[deed] !== null && { "data-kind": kinds[deed] }),
      });
      button.onclick = () => {
        // The page of the purchase opens with the press itself, which a browser lets through; here the clock stands still meanwhile.
        if (deed === "recharge") visit === undefined ? open(buy, "_blank", "noopener") : visit(buy);
        void act(deed, button);
      };
      return button;
    }));
    if (had) buttons.querySelector<HTMLElement>("button")?.focus();
  };

  const sayRate = (unit: string, amount: number, byMinute: boolean): string =>
    texts.say(byMinute ? "minutes.rateStarted" : "minutes.rate", { amount: sayUnits(unit, amount, texts) });

  const showOffer = ({ deal, name, free, own }: MinutesBarState, { offer: price }: Minutes): void => {
    figures.hidden = true;
    if (price === null || side === "expert") {
      setText(status, "");
      return offer([]);
    }
    const isShort = free !== null && free < price.rate && price.giftSeconds === 0;
    const parts = [sayRate(deal.unit, price.rate, price.byMinute)];
    if (own !== "") parts.push(own);
    if (price.freeSeconds > 0) parts.push(texts.count("minutes.free", price.freeSeconds));
    if (price.giftSeconds > 0) parts.push(texts.say("minutes.gift", { time: sayClock(price.giftSeconds * 1000) }));
    if (free !== null && free >= price.rate) parts.push(texts.count("minutes.lasts", Math.floor(free / price.rate)));
    if (isShort) parts.push(texts.say("minutes.short"));
    const isAway = deal.expert.status === "offline";
    if (price.busy) parts.push(texts.say("minutes.busy", { name }));
    else if (isAway) parts.push(texts.say("minutes.away", { name }));
    setText(status, parts.join(" · "));
    offer(price.busy || isAway || isShort || free === null ? [] : ["start"]);
  };

  const sayPhase = (session: MinuteSession, { name, now }: MinutesBarState): string => {
    if (session.phase === "offered") {
      return texts.say(side === "expert" ? "minutes.asks" : "minutes.offered", { name });
    }
    if (session.phase !== "running") return texts.say(phases[session.phase]);
    if (session.idle) return texts.say("minutes.soon");
    return texts.say(isFree(session, now) ? "minutes.runningFree" : "minutes.running");
  };

  const deedsOf = (session: MinuteSession): readonly MinuteDeed[] => {
    switch (session.phase) {
      case "offered":
        return side === "expert" ? ["accept", "decline"] : ["cancel"];
      case "over":
        return [];
      case "recharging":
        return side === "expert" ? ["end"] : ["proceed", "end"];
      case "waiting":
      case "running":
      case "weak":
      case "idle":
        if (side === "expert") return ["rest", "end"];
        return session.rechargesLeft > 0 ? ["recharge", "end"] : ["end"];
    }
  };

  const showSession = (now: MinutesBarState, session: MinuteSession): void => {
    const { deal } = now;
    setText(status, sayPhase(session, now));
    figures.hidden = false;
    setText(rate, sayRate(deal.unit, session.rate, session.byMinute));
    const waits = session.phase === "offered" || session.phase === "recharging" || session.phase === "weak";
    const until = waits && session.until !== null ? Math.max(0, session.until - now.now) : null;
    setText(clock, sayClock(until ?? ranBy(session, now.now)));
    const amount = sayUnits(deal.unit, spentBy(session, now.now), texts);
    setText(
      money,
      side === "customer"
        ? texts.say("minutes.spent", { amount })
        : texts.say("minutes.earned", { amount, percent: session.share / 100 }),
    );
    const lasts = leftBy(session, now.now);
    setText(left, texts.say("minutes.left", { time: sayClock(lasts) }));
    setAttributes(left, { "data-tone": lasts < 2 * minuteMilliseconds ? "wait" : null });
    offer(deedsOf(session));
  };

  /** Says that somebody is there; once it is over, that they know. */
  const beat = (topic: string, session: MinuteSession): void => {
    const isOver = session.phase === "over";
    if (isOver ? heardOver === session.id : Date.now() - beatAt < beatMilliseconds) return;
    beatAt = Date.now();
    if (isOver) heardOver = session.id;
    void ask({ do: "beat", topic, session: session.id, ...(isOver && { over: true }) });
  };

  return {
    element,
    show(next): void {
      state = next;
      const { deal, topic } = next;
      const minutes = deal.minutes ?? null;
      if (minutes === null) return;
      const { last } = minutes;
      cutAt = next.isConnected ? null : cutAt ?? next.now;
      const session = minutes.session !== null && cutAt !== null ? cutOff(minutes.session, cutAt) : minutes.session;
      setAttributes(element, { "data-phase": session?.phase ?? null });
      if (session === null) showOffer(next, minutes);
      else showSession(next, session);
      if (session !== null) beat(topic, session);
      status.hidden = status.textContent === "";
      bill.hidden = last === null || session !== null;
      if (last !== null) setAttributes(bill, { href: `${bills}/${last}` });
    },
  };
}
