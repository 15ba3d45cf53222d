// How a thread reads: one list of days, system lines and bubbles, made from the log and from what is still on its way. Without the DOM.

import type { Log, Tick } from "./log.ts";
import type { Pending, PendingFile, PendingState } from "./outbox.ts";
import type { Author, Calls, Entry, NoteBody } from "./wire.ts";

/** Whose place a bubble takes: a person, or this browser, whose author is known when the entry is there. */
export type Voice = "visitor" | "agent";

export interface BubbleItem {
  readonly kind: "bubble";
  /** The same before and after the acknowledgement, so that a bubble stays itself while it is sent. */
  readonly key: string;
  readonly voice: Voice;
  readonly by: Author;
  /** What was written, or the name of the file. */
  readonly text: string;
  readonly file: PendingFile | null;
  /** Only its name is left (E44c). */
  readonly isExpired: boolean;
  /** While it is on its way: the bytes, and how much of them arrived. */
  readonly content: File | null;
  readonly progress: number;
  readonly at: number;
  /** Place among the bubbles of one author and minute. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** Time and state are said once for bubbles that stand together and got equally far. */
  readonly tellsState: boolean;
  /** The number in the log; null while it is on its way. */
  readonly n: number | null;
  readonly state: Tick | PendingState;
  readonly refusal: Pending["refusal"];
  /** Until when it stays with its writer. */
  readonly heldUntil?: number | undefined;
  /** What it said before it was written again. */
  readonly before?: readonly string[] | undefined;
  /** For the team alone. */
  readonly note?: NoteBody | Calls | undefined;
}

export interface LineItem {
  readonly kind: "line";
  readonly key: string;
  readonly entry: Entry;
}

export interface DayItem {
  readonly kind: "day";
  readonly key: string;
  readonly at: number;
}

export type ThreadItem = BubbleItem | LineItem | DayItem;

export interface LayoutOptions {
  /** Whether this reader is shown the entry as a system line. */
  readonly isLine: (entry: Entry) => boolean;
  /** Who writes what is pending here. */
  readonly me: Author & { readonly kind: Voice };
}

const minuteMilliseconds = 60_000;

export function layOut(
  log: Pick<Log, "entries" | "tickOf">,
  pending: readonly Pending[],
  options: LayoutOptions,
): ThreadItem[] {
  const items: ThreadItem[] = [];
  const known = new Set<string>();
  let day = "";
  const add = (item: BubbleItem | LineItem, at: number): void => {
    const date = new Date(at).toDateString();
    if (date !== day) items.push({ kind: "day", key: `day ${date}`, at });
    day = date;
    items.push(item);
  };
  for (const entry of log.entries) {
    if (entry.client) known.add(entry.client);
    if (options.isLine(entry)) add({ kind: "line", key: `line ${entry.n}`, entry }, entry.at);
    const bubble = bubbleOf(entry, log);
    if (bubble !== null) add(bubble, entry.at);
  }
  for (const waiting of pending) {
    if (!known.has(waiting.client)) add(pendingBubble(waiting, options.me), waiting.at);
  }
  return items.map((item, index) =>
    item.kind === "bubble" ? placed(item, items[index - 1], items[index + 1], options.me.kind) : item
  );
}

function bubbleOf(entry: Entry, log: Pick<Log, "entries" | "tickOf">): BubbleItem | null {
  if (entry.event !== "MessageSent") return null;
  const { body, by, at, n } = entry;
  // What a rule of the website says stands where its agents stand.
  const voice: Voice = by.kind === "visitor" ? "visitor" : "agent";
  if (body.kind !== "text" && body.kind !== "file") return null;
  const bubble = {
    ...alone,
    key: entry.client || `entry ${n}`,
    voice,
    by,
    at,
    n,
    state: log.tickOf(entry),
  };
  if (body.kind === "text") return { ...bubble, text: body.text, before: body.before };
  const isExpired = log.entries.some((other) => other.event === "FileExpired" && other.body.of === n);
  return { ...bubble, text: body.name, file: body, isExpired };
}

function pendingBubble({ client, ...pending }: Pending, me: LayoutOptions["me"]): BubbleItem {
  return { ...alone, ...pending, key: client, voice: me.kind, by: me, n: null };
}

const alone = {
  kind: "bubble",
  isFirst: true,
  isLast: true,
  tellsState: true,
  refusal: null,
  file: null,
  isExpired: false,
  content: null,
  progress: 0,
} as const;

function placed(
  item: BubbleItem,
  before: ThreadItem | undefined,
  after: ThreadItem | undefined,
  me: Voice,
): BubbleItem {
  const isLast = !belongs(item, after);
  // How far the others' messages got is nobody's question.
  const gotAsFar = after?.kind === "bubble" && (item.voice !== me || after.state === item.state);
  return { ...item, isFirst: !belongs(before, item), isLast, tellsState: isLast || !gotAsFar };
}

/** One author within one minute of the clock. */
function belongs(one: ThreadItem | undefined, next: ThreadItem | undefined): boolean {
  return one?.kind === "bubble" && next?.kind === "bubble" && one.voice === next.voice &&
    (one.voice === "visitor" || one.by.id === next.by.id) && minuteOf(one) === minuteOf(next);
}

function minuteOf(item: BubbleItem): number {
  return Math.floor(item.at / minuteMilliseconds);
}
