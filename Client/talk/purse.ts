// What only the payer of a thread is shown, in words of the server: about what a question costs in their own currency, and where they stop.

export interface Purse {
  readonly price?: string | null;
  /** A minute of a chat. */
  readonly minute?: string | null;
  readonly stop: string;
  readonly stopAddress: string;
}

/** One question and its answer move more than one thing: one look for all of it. */
const waitMilliseconds = 150;

/**
 * Answers what asks for it anew; what stood there stays while the server cannot be reached. A frame has a token in the place of a cookie.
 */
export function followPurse(
  conversation: string,
  token: string | null,
  show: (purse: Purse) => void,
  signal: AbortSignal,
): () => void {
  const authorization = token === null ? {} : { Authorization: `Bearer ${token}` };
  let timer = 0;
  const look = async (): Promise<void> => {
    const answer = await fetch(`/wallet/threads/${encodeURIComponent(conversation)}`, {
      headers: { Accept: "application/json", ...authorization },
      signal,
    }).catch(() => null);
    if (answer?.ok) show(await answer.json() as Purse);
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), waitMilliseconds);
  };
}
