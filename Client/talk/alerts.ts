// Calls somebody whose conversation is open while they look elsewhere: by sound and by light, each as they chose for the event (C18).

import { make, setText } from "../elements/make.ts";

/** An answer came; it takes longer than it should; the credit is not enough for another question. */
export type AlertEvent = "message" | "late" | "creditLow";

export interface AlertWish {
  readonly sound: boolean;
  readonly light: boolean;
}

export type AlertWishes = Readonly<Record<AlertEvent, AlertWish>>;

const events: readonly AlertEvent[] = ["creditLow", "late", "message"];
const turnMilliseconds = 1_000;

/** `message.sound creditLow.light`: what is not named is not wanted. */
export function readWishes(text: string): AlertWishes {
  const named = new Set(text.split(" "));
  const wish = (event: AlertEvent): AlertWish => ({
    sound: named.has(`${event}.sound`),
    light: named.has(`${event}.light`),
  });
  return { message: wish("message"), late: wish("late"), creditLow: wish("creditLow") };
}

export interface AlertOptions {
  readonly wishes: AlertWishes;
  /** The address of the icon that stands in the tab while something calls; empty for none. */
  readonly icon: string;
  readonly say: (event: AlertEvent) => string;
  readonly playTone: () => void;
  readonly looks: () => boolean;
  /** Whether nothing may move. */
  readonly isStill: () => boolean;
  readonly page: Pick<Document, "title" | "querySelector">;
}

export interface Alerts {
  /** The pulsing mark with its words. */
  readonly element: HTMLElement;
  /** It began. A repeated message calls again, with its sound. */
  call(event: AlertEvent, options?: { readonly isSilent?: boolean }): void;
  end(event: AlertEvent): void;
  /** Somebody looks: what they see calls no more. */
  seen(): void;
}

export function makeAlerts(options: AlertOptions, signal: AbortSignal): Alerts {
  const { wishes, page } = options;
  const words = make("span");
  const element = make("p", { class: "alert", role: "status", hidden: true }, make("span", { class: "mark" }), words);
  const running = new Set<AlertEvent>();
  const lit = (): AlertEvent | undefined => events.find((event) => running.has(event) && wishes[event].light);
  const link = page.querySelector<HTMLLinkElement>("link[rel=icon]");
  const quiet = { title: page.title, icon: link?.href ?? "" };
  let timer = 0;
  let isTurned = false;

  const rest = (): void => {
    clearInterval(timer);
    timer = 0;
    if (page.title !== quiet.title) page.title = quiet.title;
    if (link && options.icon !== "" && link.href !== quiet.icon) link.href = quiet.icon;
  };

  const turn = (event: AlertEvent): void => {
    isTurned = options.isStill() || !isTurned;
    page.title = isTurned ? `● ${options.say(event)}` : quiet.title;
  };

  const show = (): void => {
    const event = lit();
    element.hidden = event === undefined;
    setText(words, event === undefined ? "" : options.say(event));
    // The tab calls those who look elsewhere.
    if (event === undefined || options.looks()) return rest();
    if (link && options.icon !== "") link.href = options.icon;
    isTurned = false;
    turn(event);
    clearInterval(timer);
    timer = options.isStill() ? 0 : setInterval(() => turn(event), turnMilliseconds);
  };

  signal.addEventListener("abort", rest);

  return {
    element,
    call(event, { isSilent = false } = {}): void {
      running.add(event);
      if (wishes[event].sound && !isSilent) options.playTone();
      show();
    },
    end(event): void {
      if (running.delete(event)) show();
    },
    seen(): void {
      // What is still so stays marked, without calling.
      running.delete("message");
      running.delete("late");
      show();
    },
  };
}
