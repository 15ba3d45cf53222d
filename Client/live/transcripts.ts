// A chat by letter.

export interface TranscriptServer {
  /** Empty for the page's own. */
  readonly origin: string;
  /** Of a visitor; an agent has a session. */
  readonly authorization: string | null;
}

/** `sent`: a letter is on its way; `unaddressed`: there is no address that takes one; else what stands in the way, in words or without. */
export type Posted = "sent" | "unaddressed" | { readonly text: string };

/** `client` is made for one press: the same again sends nothing more. */
export async function postTranscript(
  { origin, authorization }: TranscriptServer,
  conversation: string,
  wish: { readonly client: string; readonly email?: string },
): Promise<Posted> {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  try {
    const response = await fetch(`${origin}/api/v1/chats/${conversation}/transcript`, {
      method: "POST",
      headers: authorization === null ? headers : { ...headers, Authorization: authorization },
      credentials: authorization === null ? "same-origin" : "omit",
      body: JSON.stringify(wish),
    });
    const { sent, text = "" } = await response.json() as { readonly sent?: boolean; readonly text?: string };
    return sent === undefined ? { text } : sent ? "sent" : "unaddressed";
  } catch {
    return { text: "" };
  }
}
