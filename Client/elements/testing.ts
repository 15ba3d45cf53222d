// Rows of the village, as tests of the console need them.

import type { VisitorRow } from "../live/wire.ts";

type Changes = {
  readonly [Part in keyof VisitorRow]?: VisitorRow[Part] extends object | null ? Partial<VisitorRow[Part]>
    : VisitorRow[Part];
};

/** Ada in an active chat with Clara, changed as the test says. */
export function rowOf(changes: Changes = {}): VisitorRow {
  const { visitor, chat, agents, last, ...plain } = changes;
  const usual: VisitorRow = {
    conversation: "5",
    site: "2",
    revision: 1,
    visitor: {
      id: "71",
      name: "Ada Moreau",
      email: "ada@example.com",
      phone: null,
      service: null,
      online: true,
      page: null,
      typing: false,
    },
    chat: {
      id: "9",
      state: "active",
      form: "sent",
      offline: false,
      openedAt: 1_000,
      waitingSince: null,
      closedAt: null,
      closedBy: null,
      unwritten: false,
    },
    last: null,
    activeAt: 1_000,
    head: 7,
    asked: 3,
    teamSeen: 2,
    agents: [clara],
  };
  return {
    ...usual,
    ...plain,
    visitor: { ...usual.visitor, ...visitor },
    chat: { ...usual.chat, ...chat },
    last: last === undefined || last === null ? null : { n: 7, by: "visitor", name: null, text: "", at: 0, ...last },
    agents: (agents as VisitorRow["agents"] | undefined) ?? usual.agents,
  } as VisitorRow;
}

export const clara = { id: "3", name: "Clara", avatar: "fern", colour: 1, here: true, seen: 1 } as const;
export const marc = { id: "4", name: "Marc", avatar: "maple", colour: 2, here: true, seen: 3 } as const;
