// How a paid thread stands, beside its log: only what shows it pays for carrying it.

import type { Deal, ServerFrame } from "./wire.ts";

/** Those of several threads, by topic: for who looks from one to another. */
export class Deals {
  readonly #known = new Map<string, Deal>();

  of(topic: string): Deal | null {
    return this.#known.get(topic) ?? null;
  }

  /** Whether a chat by the minute goes on in one of them. */
  get runs(): boolean {
    return this.#known.values().some((deal) => isRunning(deal));
  }

  /** True when one changed. */
  take(frame: ServerFrame): boolean {
    if (frame.event !== "Subscribed" && frame.event !== "DealChanged") return false;
    if (frame.deal) this.#known.set(frame.topic, frame.deal);
    else this.#known.delete(frame.topic);
    return true;
  }
}

export function isRunning(deal: Deal | null): boolean {
  const phase = deal?.minutes?.session?.phase;
  return phase !== undefined && phase !== "offered" && phase !== "over";
}

export class LatestDeal {
  /** Null until it is known, and where nothing is paid. */
  value: Deal | null = null;

  /** True when it changed. A resume says it whole. */
  take(frame: ServerFrame): boolean {
    if (frame.event !== "Subscribed" && frame.event !== "DealChanged") return false;
    this.value = frame.deal ?? null;
    return true;
  }
}
