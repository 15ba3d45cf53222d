import type { AgentStatus } from "../live/wire.ts";

/** In the order in which they are offered (E4). */
export const statuses: readonly AgentStatus[] = ["online", "away", "offline"];

export const statusTexts = { online: "status.online", away: "status.away", offline: "status.offline" } as const;

export const statusHints = {
  online: "status.onlineHint",
  away: "status.awayHint",
  offline: "status.offlineHint",
} as const;
