// What the console asks over HTTP about chats that stand in no live list.

import type { VisitorRow } from "./wire.ts";

/** A row, and the live list that it would stand in. */
export interface ListedChat {
  readonly topic: string;
  readonly row: VisitorRow;
}

export interface ChatPage {
  readonly chats: readonly ListedChat[];
  /** After which the next page begins. */
  readonly next: string | null;
}

export interface FoundChat extends ListedChat {
  /** The number of the message; 0 where the visitor was found. */
  readonly n: number;
  readonly at: number;
  /** Every second piece is what was looked for. */
  readonly excerpt: readonly string[];
}

async function ask<Answer>(address: string, signal?: AbortSignal): Promise<Answer> {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: signal ?? null });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return await answer.json() as Answer;
}

export function fetchPage(question: URLSearchParams, signal?: AbortSignal): Promise<ChatPage> {
  return ask(`/console/chats?${question}`, signal);
}

/** Null where there is no such chat, or none that this account may see. */
export async function fetchChat(conversation: string): Promise<ListedChat | null> {
  const { chats } = await ask<ChatPage>(`/console/chats/${encodeURIComponent(conversation)}`);
  return chats[0] ?? null;
}

export function fetchFound(words: string, signal?: AbortSignal): Promise<readonly FoundChat[]> {
  return ask(`/console/found?${new URLSearchParams({ words })}`, signal);
}

/** What the sidebar tells beside the row. */
export interface VisitorFacts {
  /** Missing where nobody looks at a website. */
  readonly browser?: {
    readonly device: "desktop" | "tablet" | "mobile";
    readonly browser: string;
    readonly system: string;
    readonly language: string;
    readonly firstAt: number;
    readonly visits: number;
    /** Two letters. */
    readonly country?: string;
    readonly city?: string;
    readonly referrer: string;
    readonly source?: VisitSource;
    /** The page with which the last visit began. */
    readonly landing: string;
    /** The newest first. */
    readonly pages: readonly ViewedPage[];
    readonly actions: readonly VisitAction[];
  };
  readonly files: readonly SharedFile[];
  /** Before the present one, the newest first. */
  readonly chats: readonly EarlierChat[];
  readonly chatCount: number;
}

export interface ViewedPage {
  readonly url: string;
  readonly title: string;
  readonly at: number;
  readonly seconds: number;
  /** How far down it was seen, in per cent; 0 where that is not known. */
  readonly depth: number;
}

/** Where a visit came from; what no campaign told is empty. */
export interface VisitSource {
  readonly kind: "direct" | "search" | "social" | "paidSearch" | "paidSocial" | "mail" | "referral" | "campaign";
  readonly name: string;
  readonly medium: string;
  readonly campaign: string;
  readonly term: string;
  readonly content: string;
}

/** What somebody did on a page. */
export interface VisitAction {
  readonly kind: "form" | "action" | "download" | "cart" | "event" | "goal";
  readonly label: string;
  readonly value: string;
  readonly at: number;
}

export interface SharedFile {
  readonly file: string;
  readonly name: string;
  readonly bytes: number;
  readonly at: number;
  readonly expired: boolean;
}

export interface EarlierChat {
  readonly id: string;
  /** Its first line. */
  readonly n: number;
  readonly at: number;
  readonly snippet?: string;
  readonly rating?: number;
}

export function fetchFacts(conversation: string, signal: AbortSignal): Promise<VisitorFacts> {
  return ask(`/console/chats/${encodeURIComponent(conversation)}/visitor`, signal);
}

/** The same of somebody of the live page. */
export function fetchStory(visitor: string, signal: AbortSignal): Promise<VisitorFacts> {
  return ask(`/console/visitors/${encodeURIComponent(visitor)}`, signal);
}

/** Somebody who is there and in no chat. */
export interface OnlineVisitor {
  readonly conversation: string;
  readonly site: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly page: string | null;
}

export function fetchVisitors(): Promise<readonly OnlineVisitor[]> {
  return ask("/console/visitors");
}

export function fetchAgents(): Promise<readonly { readonly id: string; readonly name: string }[]> {
  return ask("/console/agents");
}
