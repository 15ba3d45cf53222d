// How a paid thread stands, beside its log: only what shows it pays for carrying it.

import type { Deal, ServerFrame } from "./wire.ts";

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
