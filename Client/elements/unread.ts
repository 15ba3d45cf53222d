// What an agent has not seen yet, counted from the rows of the lists.

import { listOf } from "../live/states.ts";
import type { VisitorRow } from "../live/wire.ts";

/** Whether this account is in the chat now. */
export function hasJoined(row: VisitorRow, account: string): boolean {
  return row.chat.state === "active" && row.agents.some((agent) => agent.id === account && agent.here);
}

/** Whether this account was asked to take the chat over and has not come yet. */
export function isAsked({ chat }: VisitorRow, account: string): boolean {
  return chat.transfer?.to === account;
}

/** Whether a click on the row is the answer (E27a, E54b): not where a colleague was asked. */
export function isForClick({ chat }: VisitorRow, account: string): boolean {
  return chat.transfer ? chat.transfer.to === account : chat.state === "waiting";
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
  let asked = 0;
  for (const row of rows) {
    totals[listOf(row, account)] += 1;
    if (isAsked(row, account)) asked += 1;
    if (hasJoined(row, account)) totals.unread += unreadIn(row, account);
  }
  return { ...totals, attention: totals.waiting + asked + totals.unread };
}
