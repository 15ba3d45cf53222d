// Which chats the lists show (E26, E58), without the DOM. Kept in the address of the page, so that a reload shows the same.

import type { VisitorRow } from "../live/wire.ts";
import { goodStars } from "./ratings.ts";

export const states = ["waiting", "active", "closed"] as const;
export const spans = ["today", "yesterday", "7", "30", "own"] as const;
export const leads = ["filled", "pending", "offline"] as const;
export const ratings = ["good", "bad", "unrated"] as const;
export const outcomes = ["won", "handedOver", "nothing"] as const;

type State = typeof states[number];
type Span = typeof spans[number];
type Lead = typeof leads[number];
type Rated = typeof ratings[number];
type Outcome = typeof outcomes[number];

export interface ChatFilter {
  /** None means all. */
  readonly sites: readonly string[];
  /** An account, "mine" or "unassigned". */
  readonly agent: string | null;
  readonly status: State | null;
  readonly date: Span | null;
  /** Whole days of the reader, both included, where the span is their own. */
  readonly from: string;
  readonly to: string;
  readonly lead: Lead | null;
  readonly rated: Rated | null;
  readonly tag: string | null;
  readonly outcome: Outcome | null;
}

export const everything: ChatFilter = {
  sites: [],
  agent: null,
  status: null,
  date: null,
  from: "",
  to: "",
  lead: null,
  rated: null,
  tag: null,
  outcome: null,
};

const names = ["site", "agent", "status", "date", "from", "to", "lead", "rated", "tag", "outcome"];

export function readFilter(query: URLSearchParams): ChatFilter {
  const date = oneOf(spans, query.get("date"));
  const isOwn = date === "own";
  const agent = query.get("agent") ?? "";
  return {
    sites: query.getAll("site").filter((site) => /^\d+$/.test(site)),
    agent: /^(\d+|mine|unassigned)$/.test(agent) ? agent : null,
    status: oneOf(states, query.get("status")),
    date,
    from: isOwn ? dayOf(query.get("from")) : "",
    to: isOwn ? dayOf(query.get("to")) : "",
    lead: oneOf(leads, query.get("lead")),
    rated: oneOf(ratings, query.get("rated")),
    tag: /^\d+$/.test(query.get("tag") ?? "") ? query.get("tag") : null,
    outcome: oneOf(outcomes, query.get("outcome")),
  };
}

/** The query with this filter in place of the one it had. */
export function withFilter(query: URLSearchParams, filter: ChatFilter): URLSearchParams {
  const changed = new URLSearchParams(query);
  for (const name of names) changed.delete(name);
  for (const site of filter.sites) changed.append("site", site);
  for (const [name, value] of partsOf(filter)) changed.append(name, value);
  return changed;
}

/** The filter alone, as a saved view keeps it. */
export function queryOf(filter: ChatFilter): string {
  return withFilter(new URLSearchParams(), filter).toString();
}

/** What the server is asked: the days are the reader's, so they travel as moments. */
export function questionOf(filter: ChatFilter, now: number): URLSearchParams {
  const question = new URLSearchParams();
  for (const site of filter.sites) question.append("site", site);
  for (const [name, value] of partsOf({ ...filter, date: null, from: "", to: "" })) question.append(name, value);
  const { from, to } = timeOf(filter, now);
  if (from !== null) question.append("from", String(from));
  if (to !== null) question.append("to", String(to));
  return question;
}

/** How many of the conditions are set. */
export function conditionsOf(filter: ChatFilter): number {
  const { sites, agent, status, date, lead, rated, tag, outcome } = filter;
  return (sites.length > 0 ? 1 : 0) +
    [agent, status, date, lead, rated, tag, outcome].filter((part) => part !== null).length;
}

/** Whether a row is asked for. The server's query says the same of the rows that only it has. */
export function matches(row: VisitorRow, filter: ChatFilter, account: string, now: number): boolean {
  const { from, to } = timeOf(filter, now);
  return (filter.sites.length === 0 || filter.sites.includes(row.site)) &&
    (filter.status === null || row.chat.state === filter.status) &&
    (from === null || row.activeAt >= from) && (to === null || row.activeAt < to) &&
    isAnswered(row, filter.agent, account) && hasLead(row, filter.lead) && isRated(row, filter.rated) &&
    became(row, filter.outcome) &&
    (filter.tag === null || row.tags?.includes(filter.tag) === true);
}

/** Who answers the present chat, or did until it was closed. */
function isAnswered(row: VisitorRow, agent: string | null, account: string): boolean {
  if (agent === null) return true;
  const answers = row.agents.filter(({ here }) => here || row.chat.state === "closed");
  if (agent === "unassigned") return answers.length === 0;
  const meant = agent === "mine" ? account : agent;
  return answers.some(({ id }) => id === meant);
}

function hasLead({ chat }: VisitorRow, lead: Lead | null): boolean {
  if (lead === null) return true;
  if (lead === "offline") return chat.offline;
  return chat.form === (lead === "filled" ? "sent" : "needed");
}

function isRated({ chat: { rating = null } }: VisitorRow, rated: Rated | null): boolean {
  if (rated === null) return true;
  if (rating === null) return rated === "unrated";
  return rated === (rating >= goodStars ? "good" : "bad");
}

function became({ chat: { won = false, handedOver = false } }: VisitorRow, outcome: Outcome | null): boolean {
  if (outcome === null) return true;
  return { won, handedOver, nothing: !won && !handedOver }[outcome];
}

/** From a moment on, and up to but without another one. */
export function timeOf({ date, from, to }: ChatFilter, now: number): { from: number | null; to: number | null } {
  switch (date) {
    case null:
      return { from: null, to: null };
    case "today":
      return { from: startOfDay(now, 0), to: null };
    case "yesterday":
      return { from: startOfDay(now, -1), to: startOfDay(now, 0) };
    case "own":
      return { from: startOf(from, 0), to: startOf(to, 1) };
    default:
      return { from: startOfDay(now, 1 - Number(date)), to: null };
  }
}

/** Midnight is asked of the calendar: a day in spring has 23 hours. */
function startOfDay(now: number, days: number): number {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days).getTime();
}

function startOf(day: string, days: number): number | null {
  const [year, month, date] = day.split("-").map(Number);
  if (year === undefined || month === undefined || date === undefined) return null;
  return new Date(year, month - 1, date + days).getTime();
}

function partsOf({ agent, status, date, from, to, lead, rated, tag, outcome }: ChatFilter): [string, string][] {
  const parts: [string, string | null][] = [
    ["agent", agent],
    ["status", status],
    ["date", date],
    ["from", from],
    ["to", to],
    ["lead", lead],
    ["rated", rated],
    ["tag", tag],
    ["outcome", outcome],
  ];
  return parts.filter((part): part is [string, string] => part[1] !== null && part[1] !== "");
}

function oneOf<Word extends string>(words: readonly Word[], word: string | null): Word | null {
  return words.find((other) => other === word) ?? null;
}

function dayOf(day: string | null): string {
  return day !== null && /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : "";
}
