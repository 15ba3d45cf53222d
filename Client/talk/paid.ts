// What a paid thread has on its page and a free one has not: who answers, the deal above the composer, the price beside the button, and
// a message that cannot be paid for kept where it was written.

import { markAllBySms } from "../elements/by-sms.ts";
import { isLookedAt, isStill } from "../elements/looking.ts";
import { make, setText } from "../elements/make.ts";
import { sayMinutes } from "../elements/minute-lines.ts";
import type { MinutesBar } from "../elements/minutes-bar.ts";
import { Texts } from "../elements/texts.ts";
import { sends } from "../elements/writing.ts";
import { isRunning, LatestDeal } from "../live/deals.ts";
import type { Frame } from "../live/frame.ts";
import { ServerTime } from "../live/server-time.ts";
import type { Deal, Entry, MessageWay, ServerFrame } from "../live/wire.ts";
import type { WritingPart } from "../widget/part.ts";
import type { Scene } from "../widget/scene.ts";
import type { AlertWishes } from "../elements/alert-wishes.ts";
import { makeAlerts } from "./alerts.ts";
import { makeDealBar } from "./deal-bar.ts";
import { canPay } from "./deal-stage.ts";
import { makeExpertHead } from "./expert-head.ts";
import { makePhoneChoice } from "./phone-choice.ts";
import { followPurse, type Purse } from "./purse.ts";
import { makeThanks, sayTip } from "./thanks.ts";
import { makeTakingBack, sendUnpaidFiles } from "./taking-back.ts";
import { WalletLine } from "./wallet.ts";

const tickMilliseconds = 1_000;

export interface PaidOptions {
  /** Empty where it is not known whose page this is: then no balance is shown. */
  readonly account: string;
  readonly texts: Texts;
  readonly conversation: string;
  /** Null on a page of Parley's own. */
  readonly frame: Frame | null;
  readonly alerts: { readonly wishes: AlertWishes; readonly icon: string; readonly playTone: () => void };
}

export interface Paid {
  /** The head. */
  readonly element: HTMLElement;
  readonly bar: HTMLElement;
  /** What happens in a paid thread alone, as a line of it. */
  sayLine(entry: Entry): string;
  /** Takes the composer under its care, and the bubbles of the thread. */
  watch(composer: WritingPart, thread: Element): void;
  /** An answer came. */
  heard(): void;
  show(): void;
}

export function makePaid(scene: Scene, options: PaidOptions, signal: AbortSignal): Paid {
  const { account, texts, conversation, frame } = options;
  const { chat, config, times, draft } = scene;
  const latest = new LatestDeal();
  const time = new ServerTime();
  const wallet = account === "" ? null : followWallet(account, frame, signal);
  const head = makeExpertHead(texts, config.site.name);
  // Back to this page, where the draft waits; the address of a letter's link is a key and goes nowhere else.
  const buy = account === "" || frame !== null ? "/buy" : `/buy?back=${encodeURIComponent(location.pathname)}`;
  const alerts = makeAlerts({
    ...options.alerts,
    say: (event) => texts.say(`alert.${event}`, { name: latest.value?.expert.name ?? "" }),
    looks: isLookedAt,
    isStill,
    page: document,
  }, signal);
  const signIn = account === "" ? `/sign-in?next=${encodeURIComponent(`/conversations/${conversation}`)}` : null;
  const bar = makeDealBar({ texts, times, buy, signIn, alert: alerts.element });
  const cost = make("small", { class: "cost" });
  const byPhone = makePhoneChoice(texts, () => show());
  const thanks = makeThanks({
    texts,
    buy,
    ask: (question) => chat.ask(question),
    wallet: wallet === null ? null : (unit) => wallet.of(unit),
  });
  const minutesPlace = make("div", { hidden: true });
  const around = make("div", {}, minutesPlace, bar.element, byPhone.element);
  let minutesBar: MinutesBar | null = null;
  let loadsMinutes = false;
  let composer: WritingPart | null = null;
  let thread: Element | null = null;
  let problem = "";
  let purse: Purse | null = null;
  /** Null until it is known. */
  let wasLow: boolean | null = null;

  const underWay = (): number => chat.pending.filter(({ state }) => state !== "lost").length;

  /** While a clock runs, what is said is paid by it. */
  const isClockRunning = (): boolean => isRunning(latest.value);

  /** Whoever wants it urgent pays for the telephone as well. */
  const wayOf = (deal: Deal): MessageWay | undefined => byPhone.isChosen && deal.smsPrice ? "sms" : deal.way;
  const priceOf = (deal: Deal): number => byPhone.isChosen && deal.smsPrice ? deal.smsPrice : deal.price;

  /** Nothing is sold here: only what a clock pays for can be said. */
  const isUnsold = (): boolean => latest.value?.sold === false && !isClockRunning();

  const isShort = (): boolean => {
    if (isClockRunning()) return false;
    const deal = latest.value;
    const known = deal === null ? null : wallet?.current(deal.unit) ?? null;
    return deal !== null && known !== null && !canPay(known, priceOf(deal), underWay());
  };

  /** Not enough for another question: it calls when that begins, and is only marked where it was so before. */
  const showLow = (): void => {
    const deal = latest.value;
    const known = deal === null ? null : wallet?.current(deal.unit) ?? null;
    if (deal === null || known === null) return;
    const isLow = !isClockRunning() && !canPay(known, deal.price, 0);
    if (isLow && wasLow !== true) alerts.call("creditLow", { isSilent: wasLow === null });
    else if (!isLow) alerts.end("creditLow");
    wasLow = isLow;
  };

  const show = (): void => {
    showLow();
    frame?.tell({ unread: chat.unread, runs: isClockRunning() });
    const deal = latest.value;
    const entries = chat.log?.entries ?? [];
    head.show(deal);
    bar.show({
      deal,
      entries,
      wallet: deal === null ? null : wallet?.of(deal.unit) ?? null,
      problem,
      purse,
      now: time.now(Date.now()),
    });
    if (deal !== null && thread !== null) {
      const topic = chat.log?.topic ?? "";
      markAllBySms(thread, entries, texts.say("deal.bySms"));
      const bill = deal.minutes?.session === null ? minutesBar?.element ?? null : null;
      thanks.show({ thread, bill, topic, deal, entries, now: time.now(Date.now()) });
    }
    byPhone.show(isClockRunning() ? null : deal);
    setText(
      cost,
      deal === null || isClockRunning() || isUnsold() ? "" : sayCost(deal, wayOf(deal), priceOf(deal), texts),
    );
    showMinutes();
    const words = composer?.element.querySelector("textarea");
    if (words && deal !== null) words.placeholder = texts.say("composer.placeholder", { name: deal.expert.name });
  };

  /** What shows a chat by the minute is fetched where there is one. */
  const showMinutes = (): void => {
    const deal = latest.value;
    minutesPlace.hidden = account === "" || deal === null || !deal.minutes;
    if (minutesPlace.hidden || deal === null) return;
    if (minutesBar !== null) {
      const free = wallet?.of(deal.unit)?.free ?? null;
      const topic = chat.log?.topic ?? "";
      return minutesBar.show({
        topic,
        deal,
        name: deal.expert.name,
        now: time.now(Date.now()),
        free,
        own: purse?.minute ?? "",
        isConnected: chat.isConnected,
      });
    }
    if (loadsMinutes) return;
    loadsMinutes = true;
    import("../elements/minutes-bar.ts").then(({ makeMinutesBar }) => {
      const ask: Parameters<typeof makeMinutesBar>[0]["ask"] = (question) => chat.ask(question);
      minutesBar = makeMinutesBar({ texts, side: "customer", buy, bills: "/wallet/minutes", ask, visit: frame?.visit });
      minutesPlace.replaceChildren(minutesBar.element);
      showMinutes();
    }).catch(() => {
      // Without a network it is fetched with the next second.
      loadsMinutes = false;
    });
  };

  /** Enter or the button: what cannot be paid for is not sent at all, and stays in the composer. */
  const guard = (event: Event): void => {
    const button = composer?.element.querySelector<HTMLButtonElement>("button[type=submit]");
    if (!button || button.disabled || (event instanceof KeyboardEvent && !sends(event))) return;
    const topic = chat.log?.topic ?? "";
    const isClosed = isUnsold();
    if (!isClosed && !isShort()) {
      problem = "";
      return sendUnpaidFiles(chat.outbox, topic);
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    problem = texts.say(isClosed ? "deal.unsold" : "deal.missing");
    show();
  };

  const follow = (frame: ServerFrame): void => {
    time.take(frame, Date.now());
    if (frame.event === "AnswerLate" && !isLookedAt()) alerts.call("late");
    if (latest.take(frame)) {
      askPurse?.();
      show();
    }
  };

  const askPurse = account === "" ? null : followPurse(conversation, frame?.token ?? null, (found) => {
    purse = found;
    show();
  }, signal);

  const takeBack = makeTakingBack(chat.outbox, ({ text, why, way }) => {
    if (way === "sms") byPhone.choose(true);
    draft.change({ text: [text, draft.content.text].filter((part) => part !== "").join("\n") });
    problem = why;
    composer?.show();
    show();
  });

  chat.outbox.deal = () => {
    const deal = latest.value;
    if (deal === null || isClockRunning()) return {};
    const [way, price] = [wayOf(deal), priceOf(deal)];
    // What is sent with the same press goes the same way; the next message is asked about anew.
    if (way === "sms") queueMicrotask(() => byPhone.choose(false));
    return { price, ...(way !== undefined && { way }) };
  };
  chat.on("frame", follow, signal);
  chat.outbox.on("changed", takeBack, signal);
  wallet?.on("changed", () => {
    if (!isShort()) problem = "";
    askPurse?.();
    show();
  }, signal);
  for (const name of ["focus", "visibilitychange"]) {
    addEventListener(name, () => isLookedAt() && alerts.seen(), { signal });
  }
  const timer = setInterval(show, tickMilliseconds);
  signal.addEventListener("abort", () => clearInterval(timer));

  return {
    element: head.element,
    bar: around,
    show,
    heard(): void {
      if (!isLookedAt()) alerts.call("message");
    },
    sayLine(entry): string {
      if (entry.event === "AnswerLate") return texts.say("line.late");
      if (entry.event === "QuestionAccepted") return texts.say("line.accepted");
      if (entry.event === "QuestionDeclined") return texts.say("line.declined");
      if (entry.event === "QuestionUndelivered") return texts.say("line.undelivered");
      if (entry.event === "MinuteChat") return sayMinutes(entry, texts);
      return entry.event === "QuestionReleased" ? texts.say("line.released") : sayTip(entry, texts);
    },
    watch(part, bubbles): void {
      composer = part;
      thread = bubbles;
      part.element.querySelector("button[type=submit]")?.before(cost);
      const { element } = part;
      for (const name of ["keydown", "submit"]) element.addEventListener(name, guard, { capture: true, signal });
    },
  };
}

const costs: Readonly<Record<MessageWay, string>> = {
  question: "deal.cost",
  offline: "deal.costLeft",
  sms: "deal.costSms",
};

function sayCost(deal: Deal, way: MessageWay | undefined, price: number, texts: Texts): string {
  if (deal.included) return texts.say("deal.included");
  return texts.say(costs[way ?? "question"], { amount: texts.count(`unit.${deal.unit}`, price) });
}

function followWallet(account: string, frame: Frame | null, signal: AbortSignal): WalletLine {
  const { origin } = location;
  const line = new WalletLine({
    address: `${origin.replace(/^http/, "ws")}/live`,
    account,
    token: frame?.token ?? null,
    network: globalThis,
  });
  const follow = (): void => document.hidden ? line.stop() : line.start();
  document.addEventListener("visibilitychange", follow, { signal });
  addEventListener("pagehide", () => line.stop(), { signal });
  addEventListener("pageshow", (event) => event.persisted && follow(), { signal });
  follow();
  return line;
}
