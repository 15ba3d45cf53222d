// What an agent has not seen yet, counted from the rows of the lists.

import type { VisitorRow } from "../live/wire.ts";

/** Whether this account is in the chat now. */
export function hasJoined(row: VisitorRow, account: string): boolean {
  return row.chat.state === "active" && row.agents.some((agent) => agent.id === account && agent.here);
}

/** For somebody in the chat their own count; for the others what no one of the team has seen. */
export function unreadIn(row: VisitorRow, account: string): number {
  if (row.chat.state === "closed") return 0;
  const mine = row.agents.find((agent) => agent.id === account && agent.here);
  return Math.max(0, row.asked - (mine?.seen ?? row.teamSeen));
}

export interface Totals {
  readonly waiting: number;
  readonly active: number;
  readonly closed: number;
  /** Unread messages in the chats that this account is in. */
  readonly unread: number;
  /** What the badge and the title of the page say: people who wait, and messages that wait. */
  readonly attention: number;
}

export function totalsOf(rows: Iterable<VisitorRow>, account: string): Totals {
  const totals = { waiting: 0, active: 0, closed: 0, unread: 0 };
  for (const row of rows) {
    totals[row.chat.state] += 1;
    if (hasJoined(row, account)) totals.unread += unreadIn(row, account);
  }
  return { ...totals, attention: totals.waiting + totals.unread };
}
