import type { Entry } from "../live/wire.ts";
import type { Desk } from "./desk.ts";
import { bin } from "./drawings.ts";
import { icon } from "./icons.ts";
import { make } from "./make.ts";
import { followSwipes } from "./swiping.ts";
import { topicOf } from "./threads.ts";

const longestPixels = 120;
const needsPixels = 80;

/** An own message that is swiped aside is deleted (E72b), as long as its author may; `swiped` says which. */
export function followMessageSwipes(
  place: HTMLElement,
  desk: Desk,
  swiped: (message: { readonly topic: string; readonly n: number; readonly bubble: HTMLElement }) => void,
  signal: AbortSignal,
): void {
  const find = (target: Element): HTMLElement | null => {
    const bubble = target.closest<HTMLElement>("parley-thread .bubble[data-n]");
    // Where one writes, a finger moves the cursor.
    if (bubble === null || target.closest("textarea, input, button") !== null) return null;
    const { workspace } = desk;
    const log = workspace.threads.get(conversationOf(bubble))?.log;
    const entry = log?.entries.findLast((other) => other.n === Number(bubble.dataset["n"]));
    if (log === undefined || entry === undefined) return null;
    return mayDelete(entry, workspace.account, log.editSeconds, Date.now()) ? bubble : null;
  };
  const began = (bubble: HTMLElement): void => {
    bubble.append(make("span", { class: "swipe-hint", "aria-hidden": "true" }, icon(bin)));
  };
  const ended = (bubble: HTMLElement, isFar: boolean): void => {
    bubble.querySelector(".swipe-hint")?.remove();
    if (isFar) swiped({ topic: topicOf(conversationOf(bubble)), n: Number(bubble.dataset["n"]), bubble });
  };
  followSwipes(place, { find, longest: longestPixels, needs: needsPixels, began, ended }, signal);
}

/** As the menu of the message offers it; the server has the last word. */
export function mayDelete(entry: Entry, account: string, editSeconds: number, now: number): boolean {
  if (entry.event !== "MessageSent" || (entry.body.kind !== "text" && entry.body.kind !== "file")) return false;
  return entry.by.kind === "agent" && entry.by.id === account && now < entry.at + editSeconds * 1_000;
}

function conversationOf(bubble: HTMLElement): string {
  return bubble.closest("parley-thread")?.getAttribute("conversation") ?? "";
}
