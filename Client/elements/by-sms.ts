import { make } from "./make.ts";
import type { Entry } from "../live/wire.ts";

/** Whether a message came as an SMS: the server names it so. */
export function isBySms({ client }: { readonly client?: string | null }): boolean {
  return client?.startsWith("sms-") === true;
}

/** Says it at the foot of its bubble, once (C14). */
export function markBySms(bubble: Element | null, words: string): void {
  const foot = bubble?.querySelector("footer");
  if (foot && foot.querySelector(".by-sms") === null) foot.append(make("span", { class: "by-sms" }, words));
}

/** The same in a thread. */
export function markAllBySms(thread: Element, entries: readonly Entry[], words: string): void {
  for (const entry of entries) if (isBySms(entry)) markBySms(thread.querySelector(`[data-n="${entry.n}"]`), words);
}
