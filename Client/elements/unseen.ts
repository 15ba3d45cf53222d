// The divider of what is new in a thread: where it stands, and the thread with it.

import type { BubbleItem, ThreadItem } from "../live/layout.ts";
import type { Entry } from "../live/wire.ts";

export interface Divider {
  readonly kind: "divider";
  readonly key: "divider";
}

/** The number of the first message of the visitor above what was seen, or null when nothing is new. */
export function firstUnseen(entries: readonly Entry[], seen: number): number | null {
  const isNew = (entry: Entry): boolean =>
    entry.event === "MessageSent" && entry.by.kind === "visitor" && entry.n > seen;
  return entries.find(isNew)?.n ?? null;
}

/** The divider stands before the bubble with that number, and ends the group that it cuts. */
export function withDivider(items: readonly ThreadItem[], newFrom: number | null): (ThreadItem | Divider)[] {
  const index = newFrom === null ? -1 : items.findIndex((item) => item.kind === "bubble" && item.n === newFrom);
  if (index === -1) return [...items];
  const cut = items.map((item, place) => {
    if (item.kind !== "bubble") return item;
    if (place === index - 1) return { ...item, isLast: true };
    return place === index ? { ...item, isFirst: true } : item;
  });
  return [...cut.slice(0, index), { kind: "divider", key: "divider" }, ...cut.slice(index)];
}

/** Bubbles of the team whose state is worth a tick: the last of each group, and where two of one group got differently far. */
export function ticked(items: readonly (ThreadItem | Divider)[]): Set<string> {
  const keys = new Set<string>();
  let following: BubbleItem["state"] | null = null;
  for (const item of items.toReversed()) {
    const state = item.kind === "bubble" && item.voice === "agent" ? item.state : null;
    if (state !== null && item.kind === "bubble" && (item.isLast || state !== following)) keys.add(item.key);
    following = state;
  }
  return keys;
}
