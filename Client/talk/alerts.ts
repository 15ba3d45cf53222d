// Calls somebody whose conversation is open while they look elsewhere (C18).

import type { AlertEvent, AlertWishes } from "../elements/alert-wishes.ts";
import { Beacon, type BeaconOptions } from "../elements/beacon.ts";
import { make, setText } from "../elements/make.ts";

const events: readonly AlertEvent[] = ["creditLow", "late", "message"];

export interface AlertOptions extends BeaconOptions {
  readonly wishes: AlertWishes;
  readonly say: (event: AlertEvent) => string;
  readonly playTone: () => void;
  readonly looks: () => boolean;
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
  const { wishes } = options;
  const words = make("span");
  const element = make("p", { class: "alert", role: "status", hidden: true }, make("span", { class: "mark" }), words);
  const running = new Set<AlertEvent>();
  const lit = (): AlertEvent | undefined => events.find((event) => running.has(event) && wishes[event].light);
  const beacon = new Beacon(options, signal);

  const show = (): void => {
    const event = lit();
    element.hidden = event === undefined;
    setText(words, event === undefined ? "" : options.say(event));
    // The tab calls those who look elsewhere.
    if (event === undefined || options.looks()) beacon.rest();
    else beacon.call(options.say(event));
  };

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
