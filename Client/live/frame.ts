// What an element knows of the frame that it stands in, where that is a page of somebody else's website: it has no cookie there and keeps
// nothing beyond the page.

export interface Frame {
  /** Held by the page alone; shown to the server in the place of a cookie. */
  readonly token: string;
  /** Opens a page of the person's own, in a window of its own. */
  visit(address: string): void;
  /** What the website may want to know. */
  tell(state: FrameState): void;
  /** The server lets this session no further. */
  end(): void;
}

export interface FrameState {
  readonly unread: number;
  /** Whether a chat by the minute goes on. */
  readonly runs: boolean;
}

/** What the page of the website is told; each as `{ "type": "parley:…" }`. */
export type FrameEvent =
  | { readonly type: "parley:ready" }
  | { readonly type: "parley:needsToken"; readonly reason: string }
  | { readonly type: "parley:height"; readonly height: number }
  | { readonly type: "parley:unread"; readonly count: number }
  | { readonly type: "parley:chatStarted" }
  | { readonly type: "parley:chatEnded" };

/** What it may say. */
export type HostWord =
  | { readonly type: "parley:token"; readonly token: string }
  | { readonly type: "parley:signOut" };

/** Null for whatever is none: other scripts of a page talk by messages, too. */
export function readHostWord(data: unknown): HostWord | null {
  if (typeof data !== "object" || data === null || !("type" in data)) return null;
  if (data.type === "parley:signOut") return { type: data.type };
  if (data.type !== "parley:token" || !("token" in data) || typeof data.token !== "string") return null;
  return { type: data.type, token: data.token };
}

/** What to tell after a change: only what is new. */
export function newsOf(before: FrameState, now: FrameState): readonly FrameEvent[] {
  const news: FrameEvent[] = [];
  if (now.unread !== before.unread) news.push({ type: "parley:unread", count: now.unread });
  if (now.runs !== before.runs) news.push({ type: now.runs ? "parley:chatStarted" : "parley:chatEnded" });
  return news;
}
