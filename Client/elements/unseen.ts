// The divider of what is new in a thread: where it stands, and the thread with it.

import type { ThreadItem } from "../live/layout.ts";
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
    if (place === index - 1) return { ...item, isLast: true, tellsState: true };
    return place === index ? { ...item, isFirst: true } : item;
  });
  return [...cut.slice(0, index), { kind: "divider", key: "divider" }, ...cut.slice(index)];
}
