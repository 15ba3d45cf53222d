import type { VisitorRow } from "../live/wire.ts";
import { topicOf } from "./threads.ts";
import type { Workspace } from "./workspace.ts";

/** Who only looks on is offered the way in, not a way to hand a chat over or to end it. */
export function mayTransfer(row: VisitorRow, workspace: Workspace): boolean {
  return workspace.hasJoined(row) && !workspace.rows.isOwn(row.conversation);
}

/** What is paid for is answered first. */
export function mayClose(row: VisitorRow, workspace: Workspace): boolean {
  const clock = workspace.deals.of(topicOf(row.conversation))?.minutes?.session ?? null;
  return workspace.hasJoined(row) && (row.deal?.open ?? 0) === 0 && clock === null;
}
