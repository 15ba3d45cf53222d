// State topics of docs/protocol.md: snapshots, and the events that change them.

import type { AgentStatus, Author, BubbleSide, Chat, Page, Role } from "./wire.ts";

export interface SiteSnapshot {
  readonly event: "Snapshot";
  readonly id?: string;
  readonly topic: `site.${string}`;
  readonly online: boolean;
  readonly agents: readonly { readonly name: string; readonly avatar: string }[];
  /** Outside of the hours of the website: when the next ones begin. */
  readonly opens?: number;
}

export interface AssignedSite {
  readonly id: string;
  readonly name: string;
  readonly hue: number;
  readonly logo: string | null;
  readonly mayWrite: boolean;
  /** Whether `visitors.{site}` may be followed: an expert answers in threads of their own alone. Missing means yes. */
  readonly team?: boolean;
  readonly pseudonym: string;
  readonly avatar: string;
  readonly ours: BubbleSide;
  /** Whether files may be sent there. */
  readonly files: boolean;
  /** What its chats can be called by. */
  readonly tags?: readonly ChatTag[];
  /** What it does about contact details in messages; missing means nothing. */
  readonly offPlatform?: "allow" | "warn" | "mask";
  /** Where its chats go on in another messenger. */
  readonly handOver?: HandOver | null;
  /** Which files it takes; missing means all. */
  readonly taking?: Taking | null;
}

/** A number of another messenger, in digits, and the words to begin with there. */
export interface HandOver {
  readonly number: string;
  readonly text: string;
}

/** How the names of files end that are taken, and how large they are at most. */
export interface Taking {
  readonly endings: readonly string[];
  readonly megabytes: number;
}

export interface ChatTag {
  readonly id: string;
  readonly name: string;
  readonly tone: string;
}

export interface AgentSnapshot {
  readonly event: "Snapshot";
  readonly id?: string;
  readonly topic: `agent.${string}`;
  readonly me: {
    readonly id: string;
    readonly name: string;
    readonly roles: readonly Role[];
    readonly status: AgentStatus;
  };
  readonly sites: readonly AssignedSite[];
  /** What was begun and not sent; an empty one was sent or thrown away. */
  readonly drafts?: readonly WrittenDraft[];
}

export interface WrittenDraft {
  readonly conversation: string;
  readonly text: string;
  readonly at: number;
}

/** What was written on another device of one's own. */
export interface DraftChanged extends WrittenDraft {
  readonly event: "DraftChanged";
  readonly topic: string;
}

export interface VisitedPage extends Page {
  readonly at: number;
}

export interface VisitorRow {
  readonly conversation: string;
  readonly site: string;
  readonly revision: number;
  readonly visitor: {
    readonly id: string;
    readonly name: string | null;
    readonly email: string | null;
    readonly phone: string | null;
    readonly service: string | null;
    readonly online: boolean;
    readonly page: VisitedPage | null;
    readonly typing: boolean;
  };
  readonly chat: Chat & {
    readonly openedAt: number;
    readonly waitingSince: number | null;
    readonly closedAt: number | null;
    readonly closedBy: string | null;
    readonly unwritten: boolean;
    /** Who was asked to take it over, and until when they may come. */
    readonly transfer?: Transfer | null;
    /** Nobody came in time. */
    readonly overdue?: boolean;
    /** The stars that the visitor gave it; missing means none. */
    readonly rating?: number | null;
    /** It goes on in another messenger. */
    readonly handedOver?: boolean;
    /** It brought what it was for. */
    readonly won?: boolean;
  };
  readonly last: {
    readonly n: number;
    readonly by: Author["kind"];
    readonly name: string | null;
    readonly kind?: "text" | "file" | "sealed" | "erased";
    readonly text: string | null;
    readonly at: number;
  } | null;
  readonly activeAt: number;
  readonly head: number;
  readonly asked: number;
  readonly teamSeen: number;
  readonly agents: readonly {
    readonly id: string;
    readonly name: string;
    readonly avatar: string;
    readonly colour: number;
    readonly here: boolean;
    readonly seen: number;
  }[];
  /** What the team calls it by. */
  readonly tags?: readonly string[];
  /** Questions that wait for a paid answer. */
  readonly deal?: OpenDeal | null;
}

export interface Transfer {
  readonly to: string;
  readonly name: string;
  readonly until: number;
  /** Nobody asked them: it is their turn. */
  readonly offered?: boolean;
}

export interface OpenDeal {
  readonly open: number;
  readonly dueAt: number | null;
  readonly noticeAt: number | null;
  /** How many of them wait to be accepted or declined. */
  readonly left?: number;
}

/** The rows of a website, or of an expert's own threads. */
export interface VisitorsSnapshot {
  readonly event: "Snapshot";
  readonly id?: string;
  readonly topic: `visitors.${string}` | `threads.${string}`;
  readonly rows: readonly VisitorRow[];
}

export type VisitorsEvent =
  | { readonly event: "NewVisitorJoined"; readonly topic: string; readonly row: VisitorRow }
  | { readonly event: "ConversationChanged"; readonly topic: string; readonly row: VisitorRow }
  | { readonly event: "MessageArrived"; readonly topic: string; readonly conversation: string; readonly n: number }
  | {
    readonly event: "VisitorPageChanged";
    readonly topic: string;
    readonly conversation: string;
    readonly page: VisitedPage;
  }
  | {
    readonly event: "VisitorPresence";
    readonly topic: string;
    readonly conversation: string;
    readonly online: boolean;
  }
  | { readonly event: "VisitorTyping"; readonly topic: string; readonly conversation: string; readonly on: boolean };

/** Somebody who is on a website now, with or without a chat. */
export interface MonitoredVisitor {
  readonly visitor: string;
  /** Null for who never opened the widget. */
  readonly conversation: string | null;
  readonly name: string | null;
  /** With since when they look at it. */
  readonly page: VisitedPage | null;
  /** When the visit began. */
  readonly since: number | null;
  /** The website that they came from; empty for none. */
  readonly source: string;
  readonly country: string | null;
  readonly city: string | null;
  readonly device: "desktop" | "tablet" | "mobile";
  readonly returning: boolean;
  readonly chat: "none" | "waiting" | "active";
  /** Reads nothing that is written to them. */
  readonly shutOut: boolean;
}

export interface MonitoringSnapshot {
  readonly event: "Snapshot";
  readonly id?: string;
  readonly topic: `monitoring.${string}`;
  /** How many there are, also when the rows are not all of them. */
  readonly total: number;
  readonly rows: readonly MonitoredVisitor[];
}

export interface MonitoringChanged {
  readonly event: "MonitoringChanged";
  readonly topic: string;
  readonly rows: readonly MonitoredVisitor[];
  readonly gone: readonly string[];
}

export interface Notice {
  readonly id: string;
  readonly kind: string;
  readonly revision: number;
  readonly count: number;
  readonly at: number;
  readonly read: boolean;
  readonly conversation: string | null;
  readonly place: string;
  readonly name: string | null;
  readonly text: string | null;
  readonly acts: readonly string[];
}

export interface NoticesSnapshot {
  readonly event: "Snapshot";
  readonly id?: string;
  readonly topic: `notices.${string}`;
  readonly unread: number;
  readonly rows: readonly Notice[];
}

export interface NoticesChanged {
  readonly event: "NoticesChanged";
  readonly topic: string;
  readonly unread: number;
  readonly rows: readonly Notice[];
  readonly gone: readonly string[];
}

/** What an account has in one unit. */
export interface Wallet {
  readonly unit: string;
  readonly units: number;
  /** Of these, what is set aside for questions that wait. */
  readonly held: number;
  readonly free: number;
  readonly revision: number;
}

export interface WalletSnapshot {
  readonly event: "Snapshot";
  readonly id?: string;
  readonly topic: `wallet.${string}`;
  readonly wallets: readonly Wallet[];
}

export interface WalletChanged {
  readonly event: "WalletChanged";
  readonly topic: string;
  readonly wallet: Wallet;
}
