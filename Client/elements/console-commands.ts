// What the palette offers wherever one is.

import type { Command } from "./commands.ts";
import type { Desk } from "./desk.ts";
import { nameOf } from "./row.ts";
import { statuses, statusTexts } from "./status.ts";
import { askForTags } from "./tags.ts";
import { visitorsHash } from "./visitors-place.ts";

/** Where else one may go, by address. */
const pageTexts: readonly (readonly [address: string, text: string])[] = [
  ["/notices", "notices.all"],
  ["/availability", "rail.availability"],
  ["/console/today", "rail.figures"],
  ["/console/ratings", "rail.ratings"],
  ["/replies", "palette.ownReplies"],
  ["/profile", "rail.yourProfile"],
];

/** Of the chat that is open. */
export function tagCommands(desk: Desk, opened: string | null, within: HTMLElement): readonly Command[] {
  const { workspace, texts } = desk;
  const row = opened === null ? undefined : workspace.row(opened);
  if (row === undefined || !workspace.mayNote(row) || (workspace.siteOf(row)?.tags ?? []).length === 0) return [];
  const kind = texts.say("palette.chat");
  return [{ label: texts.say("tags.change"), kind, act: () => askForTags(within, desk, row) }];
}

/** Open chats by their names. */
export function chatCommands(desk: Desk, open: (conversation: string) => void): readonly Command[] {
  const { workspace, texts } = desk;
  return [...workspace.rows.waiting(), ...workspace.rows.active()].map((row) => ({
    label: nameOf(row, desk),
    kind: workspace.siteOf(row)?.name ?? texts.say("palette.chat"),
    act: (): void => open(row.conversation),
  }));
}

/** One's own status. */
export function statusCommands({ workspace, texts }: Desk, failed: () => void): readonly Command[] {
  return statuses.map((status) => ({
    label: texts.say(statusTexts[status]),
    kind: texts.say("status.label"),
    act: (): void => void workspace.setStatus(status).catch(failed),
  }));
}

/** The live page, for who sees one. */
export function visitorCommands({ workspace, texts }: Desk): readonly Command[] {
  if (!workspace.seesVisitors) return [];
  const act = (): void => location.assign(visitorsHash);
  return [{ label: texts.say("rail.visitors"), kind: texts.say("palette.page"), act }];
}

/** Pages; `admin` is the address of the administration, for who has one. */
export function pageCommands({ texts }: Desk, admin: string | null): readonly Command[] {
  const pages = [...pageTexts, ...(admin === null ? [] : [[admin, "rail.administration"] as const])];
  const kind = texts.say("palette.page");
  return pages.map(([address, text]) => ({ label: texts.say(text), kind, act: (): void => location.assign(address) }));
}
