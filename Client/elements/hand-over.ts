// Where a chat goes on in another messenger (E91b): the number of the website, and words to begin with.

import type { HandOver } from "../live/wire.ts";
import { fillWhatIsKnown, type Values } from "./replies.ts";

/** What is not known leaves no gap in what somebody else is to read. */
export function messengerAddress({ number, text }: HandOver, values: Values): string {
  const words = fillWhatIsKnown(text, values).trim();
  return `https://wa.me/${number}${words && `?text=${encodeURIComponent(words)}`}`;
}
