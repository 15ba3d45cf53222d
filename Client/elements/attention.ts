// What a piece of news asks of an agent: a sound, a notice on the desktop, or nothing (E30, E31).

import type { AgentStatus, VisitorRow } from "../live/wire.ts";
import { hasJoined } from "./unread.ts";

export type Sound = "ring" | "tone";

export interface Call {
  readonly sound: Sound | null;
  /** Whether the desktop should say it, because nobody is looking at the page. */
  readonly notice: boolean;
  /** Whether the page should say it. */
  readonly toast: boolean;
}

export interface Listener {
  readonly account: string;
  readonly status: AgentStatus;
  /** Whether this account may answer on the site of the row. */
  readonly mayWrite: boolean;
  /** Whether the page is visible and has the focus. */
  readonly looks: boolean;
}

const silence: Call = { sound: null, notice: false, toast: false };

/** E30: everybody who may answer on the site is rung, but not those who went home. */
export function callForVisitor(listener: Listener): Call {
  if (!listener.mayWrite || listener.status === "offline") return silence;
  return { sound: "ring", notice: true, toast: true };
}

/** E31: a message sounds where this agent joined, whatever the status: somebody they talk to is waiting. */
export function callForMessage(row: VisitorRow, listener: Listener): Call {
  if (!hasJoined(row, listener.account)) return silence;
  return { sound: "tone", notice: !listener.looks, toast: false };
}

/** X5: whom nobody came to in time is rung for again and again. */
export function callsAgain({ chat }: VisitorRow, listener: Listener): boolean {
  return chat.overdue === true && chat.state === "waiting" && callForVisitor(listener).sound !== null;
}
