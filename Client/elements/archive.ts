// The closed chats of a filter: the newest come with the live lists, older ones page by page as somebody scrolls (E25, E80a).

import type { ChatPage } from "../live/listed.ts";
import type { VisitorRows } from "../live/states.ts";
import type { VisitorRow } from "../live/wire.ts";
import { type ChatFilter, everything, matches, questionOf } from "./chat-filter.ts";

/** How many closed chats a live list begins with. */
const closedInLiveList = 50;

interface Place {
  readonly at: number;
  readonly conversation: string;
}

export type FetchPage = (question: URLSearchParams) => Promise<ChatPage>;

export class Archive {
  #filter = everything;
  readonly #rows: VisitorRows;
  readonly #fetch: FetchPage | null;
  readonly #changed: () => void;
  /** What was fetched reaches down to here; null before the first page. */
  #reached: Place | null = null;
  #isWhole = false;
  #asked = 0;
  #state: "idle" | "fetching" | "failed" = "idle";

  /** Where there is no way to fetch, the newest are all. */
  constructor(rows: VisitorRows, fetch: FetchPage | null, changed: () => void) {
    this.#rows = rows;
    this.#fetch = fetch;
    this.#changed = changed;
  }

  get state(): "idle" | "fetching" | "failed" {
    return this.#state;
  }

  /** Begins anew for another filter. */
  show(filter: ChatFilter): void {
    this.#filter = filter;
    this.#reached = null;
    this.#isWhole = false;
    this.#asked += 1;
    this.#state = "idle";
  }

  /** Newest first, down to where nothing is missing in between. */
  closed(account: string, now: number): VisitorRow[] {
    const end = this.#end;
    return this.#rows.closed().filter((row) =>
      matches(row, this.#filter, account, now) && (end === null || !isBelow(placeOf(row), end))
    );
  }

  get hasMore(): boolean {
    return this.#fetch !== null && this.#end !== null;
  }

  async more(now: number): Promise<void> {
    const end = this.#end;
    if (this.#fetch === null || end === null || this.#state === "fetching") return;
    this.#state = "fetching";
    const asked = this.#asked;
    const question = questionOf({ ...this.#filter, status: "closed" }, now);
    question.set("after", `${end.at}.${end.conversation}`);
    const page = await this.#fetch(question).catch(() => null);
    if (asked !== this.#asked) return;
    this.#state = page === null ? "failed" : "idle";
    if (page !== null) this.#take(page);
    this.#changed();
  }

  #take({ chats, next }: ChatPage): void {
    this.#rows.keep(chats);
    const [at, conversation] = next?.split(".") ?? [];
    if (at === undefined || conversation === undefined) this.#isWhole = true;
    else this.#reached = { at: Number(at), conversation };
  }

  /** Below it there may be chats that are not known here; null when there are none. */
  get #end(): Place | null {
    if (this.#isWhole) return null;
    return this.#reached ?? this.#liveEnd;
  }

  /** A live list that is as long as it may be goes on below: what is older than its oldest is not known whole. */
  get #liveEnd(): Place | null {
    const ends = [...this.#rows.closedByTopic().values()]
      .filter((rows) => rows.length >= closedInLiveList)
      .map((rows) => rows.map(placeOf).reduce((one, other) => isBelow(one, other) ? one : other));
    return ends.length === 0 ? null : ends.reduce((one, other) => isBelow(one, other) ? other : one);
  }
}

function placeOf({ activeAt, conversation }: VisitorRow): Place {
  return { at: activeAt, conversation };
}

function isBelow(one: Place, other: Place): boolean {
  if (one.at !== other.at) return one.at < other.at;
  if (one.conversation.length !== other.conversation.length) return one.conversation.length < other.conversation.length;
  return one.conversation < other.conversation;
}
