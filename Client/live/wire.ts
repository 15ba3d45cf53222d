// The frames of docs/protocol.md, as the browser sees them. A frame that is not here is ignored by whoever reads it.

import type {
  AgentSnapshot,
  DraftChanged,
  MonitoringChanged,
  MonitoringSnapshot,
  NoticesChanged,
  NoticesSnapshot,
  SiteSnapshot,
  VisitorsEvent,
  VisitorsSnapshot,
  WalletChanged,
  WalletSnapshot,
} from "./wire-states.ts";

export type {
  AgentSnapshot,
  AssignedSite,
  ChatTag,
  HandOver,
  MonitoredVisitor,
  MonitoringChanged,
  MonitoringSnapshot,
  Notice,
  NoticesChanged,
  NoticesSnapshot,
  OpenDeal,
  SiteSnapshot,
  Taking,
  VisitedPage,
  VisitorRow,
  VisitorsEvent,
  VisitorsSnapshot,
  Wallet,
  WalletChanged,
  WalletSnapshot,
} from "./wire-states.ts";

export type Language = "en" | "fr" | "it" | "ar";
export type Role = "agent" | "expert" | "manager" | "administrator";
export type AgentStatus = "online" | "away" | "offline";
export type ChatState = "waiting" | "active" | "closed";
export type FormState = "needed" | "sent";
export type BubbleSide = "start" | "end";

export type { Agreed, Calls, Hello, Lead, MacroSteps, MinuteDeed, Page, Question, Remark } from "./wire-says.ts";

// What the server says.

export interface Welcome {
  readonly event: "Welcome";
  readonly protocol: 1;
  readonly you:
    | { readonly kind: "visitor"; readonly id: string; readonly name: string | null; readonly formSent: boolean }
    | { readonly kind: "account"; readonly id: string; readonly name: string; readonly roles: readonly Role[] };
  readonly topic: string;
  readonly site?: { readonly online: boolean };
}

export interface Done {
  readonly event: "Done";
  readonly id?: string;
}

export interface Acknowledged {
  readonly event: "Acknowledged";
  readonly id?: string;
  readonly topic: string;
  readonly client: string;
  readonly n: number;
  readonly at: number;
}

export interface Refused {
  readonly event: "Refused";
  readonly id?: string;
  /** The subscription that has just ended, when no command is answered. */
  readonly topic?: string;
  readonly reason: string;
  readonly text: string;
  readonly retryAfterSeconds?: number;
  readonly fields?: Readonly<Record<string, string>>;
}

export interface Ping {
  readonly event: "Ping";
  readonly heads: Readonly<Record<string, number>>;
}

export interface Author {
  readonly kind: "visitor" | "agent" | "system";
  readonly id?: string;
  readonly name?: string;
  readonly avatar?: string;
  readonly colour?: number;
}

interface Numbered {
  readonly topic: string;
  readonly n: number;
  /** The number before this one that this reader may see. */
  readonly after: number;
  readonly at: number;
  readonly chat: string | null;
  readonly by: Author;
  readonly client?: string | null;
}

export type Body =
  | {
    readonly kind: "text";
    readonly text: string; /** What it said before, oldest first. */
    readonly before?: readonly string[];
  }
  | { readonly kind: "file" } & StoredFile
  | { readonly kind: "erased" }
  | { readonly kind: "unknown" };

/** What is known of a file without having it. */
export interface FileFacts {
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  /** Of pictures, in pixels. */
  readonly width: number | null;
  readonly height: number | null;
}

/** A file that the server has; also the answer of an upload. */
export interface StoredFile extends FileFacts {
  readonly file: string;
}

export type Entry = Numbered & EntryKind;

/** The answers of a letter: above one number of the log, up to another. */
export interface LetterReach {
  readonly above: number;
  readonly upTo: number;
}

/** Questions that wait for a paid answer, up to one number of the log. */
export interface QuestionReach {
  readonly of: number;
  /** What came back. */
  readonly units?: number;
}

/** What a customer thinks of the answer, or a visitor of the chat that ended, with the number `of`; 0 where only the fact is left. */
export interface Rating {
  readonly of: number;
  readonly stars: number;
  /** Empty for none. */
  readonly text: string;
}

/** Units on top, for the answer with the number `of`. */
export interface Tip {
  readonly of: number;
  readonly unit: string;
  readonly units: number;
}

/** What happened to a chat by the minute; where it ended with a bill, what that came to. */
export interface MinuteNews {
  readonly step: "offered" | "started" | "billing" | "low" | "idle" | "paused" | "resumed" | "ended";
  readonly why: string | null;
  readonly seconds: number | null;
  readonly unit: string | null;
  readonly units: number | null;
}

/** What the team wrote for itself; without words where it was erased. */
export interface NoteBody {
  readonly text: string;
  readonly mentions: readonly Mention[];
}

/** What the team calls a chat by, and no longer does. */
export interface TagChange {
  readonly added: readonly Mention[];
  readonly removed: readonly Mention[];
}

export interface Mention {
  readonly id: string;
  readonly name: string;
}

export type EntryKind =
  | { readonly event: "ChatOpened"; readonly body: { readonly form: FormState; readonly offline: boolean } }
  | { readonly event: "FormSent"; readonly body: { readonly name: string } }
  | { readonly event: "MessageSent"; readonly body: Body }
  | { readonly event: "FileExpired"; readonly body: { readonly file: string; readonly of: number } }
  | { readonly event: "AnswerEmailed" | "AnswerOpened" | "AnswerReturned"; readonly body: LetterReach }
  | {
    readonly event:
      | "AnswerLate"
      | "QuestionReleased"
      | "QuestionAccepted"
      | "QuestionDeclined"
      | "QuestionUndelivered";
    readonly body: QuestionReach;
  }
  | { readonly event: "AnswerRated"; readonly body: Rating }
  | { readonly event: "TipGiven"; readonly body: Tip }
  | { readonly event: "MinuteChat"; readonly body: MinuteNews }
  | { readonly event: "MessageEdited"; readonly body: { readonly of: number; readonly text: string } }
  | { readonly event: "MessageDeleted"; readonly body: { readonly of: number } }
  | { readonly event: "NoteAdded"; readonly body: NoteBody }
  | { readonly event: "ChatTagged"; readonly body: TagChange }
  | { readonly event: "RuleFollowed"; readonly body: { readonly name: string } }
  | { readonly event: "AgentJoinedChat"; readonly body?: { readonly transferred?: boolean } }
  | {
    readonly event: "ChatTransferred";
    /** The reason is the team's alone. */
    readonly body: { readonly to: string | null; readonly name: string; readonly reason?: string };
  }
  | { readonly event: "TransferEnded"; readonly body: { readonly last: boolean } }
  | { readonly event: "AgentLeftChat"; readonly body: { readonly last: boolean; readonly silentSince?: number } }
  | { readonly event: "ChatOffered"; readonly body: { readonly to: string | null; readonly name: string } }
  | { readonly event: "OfferEnded" | "WaitOverdue" | "ChatEntrusted" }
  | { readonly event: "ChatHandedOver" | "ChatWon" | "ChatUnwon" | "ContactsMasked" }
  | { readonly event: "ChatClosed"; readonly body: { readonly unwritten: boolean } };

export interface Chat {
  readonly id: string;
  readonly state: ChatState;
  readonly form: FormState;
  readonly offline: boolean;
}

export interface Mark {
  readonly delivered: number;
  readonly seen: number;
}

export interface Marks {
  readonly visitor: Mark;
  readonly team: Mark;
}

/** What is possible with an expert now, the best first. */
export type Reach = "chat" | "away" | "call" | "busy" | "offlineMessage" | "offline" | "unavailable";

export interface AgentInChat {
  readonly id: string;
  readonly name: string;
  readonly avatar: string;
  readonly colour: number;
  readonly status: AgentStatus;
  readonly here: boolean;
}

export interface Queue {
  readonly position: number;
  readonly latelySeconds: number | null;
  /** Nobody came in time. */
  readonly overdue: boolean;
}

export interface People {
  readonly visitor: { readonly name: string | null; readonly online: boolean };
  readonly agents: readonly AgentInChat[];
  /** Where the visitor stands among those who wait, and how long others waited lately. */
  readonly queue?: Queue | null;
}

/** How a message that is paid for on its own reaches its expert. */
export type MessageWay = "question" | "offline" | "sms";

/** How a paid thread stands between its two people. */
export interface Deal {
  /** What is paid with, as a wallet names it. */
  readonly unit: string;
  /** Of one message: nothing where a subscription includes it. */
  readonly price: number;
  /** Where nothing is sold, a message is refused as long as no clock runs. */
  readonly sold?: boolean;
  readonly included: boolean;
  /** How the next message goes, and within which time an answer is promised. */
  readonly way?: MessageWay;
  readonly answerSeconds?: number;
  /** What it costs when it goes to the expert's telephone as well; null where it cannot. */
  readonly smsPrice?: number | null;
  /** How many questions wait for an answer. */
  readonly open: number;
  /** What is set aside for them. */
  readonly held: number;
  /** The earliest deadline, and when the customer is told that it takes longer. */
  readonly dueAt: number | null;
  readonly noticeAt: number | null;
  /** How many of them wait to be accepted or declined. */
  readonly left?: number;
  /** Messages of the customer in this thread. */
  readonly asked: number;
  readonly expert: {
    readonly id: string;
    readonly name: string;
    readonly avatar: string;
    readonly status: AgentStatus;
    /** What is possible with them now. */
    readonly reach: Reach;
  };
  /** The latest answers that were paid for, oldest first: what each was paid in, as a tip is, and until when it can be rated. */
  /** How a chat by the minute stands; null, or missing, where there is none and none is offered. */
  readonly minutes?: Minutes | null;
  readonly paid?: readonly { readonly n: number; readonly unit: string; readonly rateUntil: number }[];
  /** What the website lets its customers give for an answer. */
  readonly thanks?: readonly ("ratings" | "tips")[];
}

export interface Minutes {
  /** What a minute costs who begins now. */
  readonly offer: {
    readonly rate: number;
    readonly byMinute: boolean;
    readonly freeSeconds: number;
    /** After those, what the customer was given. */
    readonly giftSeconds: number;
    readonly busy: boolean;
  } | null;
  readonly session: MinuteSession | null;
  /** The latest one that came to a clock: its bill can be looked at. */
  readonly last: string | null;
}

export interface MinuteSession {
  readonly id: string;
  readonly phase: "offered" | "waiting" | "running" | "weak" | "idle" | "recharging" | "over";
  readonly rate: number;
  readonly byMinute: boolean;
  readonly freeSeconds: number;
  /** For how many milliseconds the clock ran at the moment `asOf`, and for how many it can run in all. */
  readonly ran: number;
  readonly asOf: number;
  readonly lasts: number;
  /** Until when the phase stays by itself. */
  readonly until: number | null;
  /** The part of the expert in 1/10,000. */
  readonly share: number;
  /** Nobody wrote for a while. */
  readonly idle: boolean;
  readonly rechargesLeft: number;
}

export interface Subscribed {
  readonly event: "Subscribed";
  readonly id?: string;
  readonly topic: string;
  readonly from: number;
  readonly head: number;
  readonly reset: boolean;
  readonly entries: readonly Entry[];
  readonly chat: Chat | null;
  readonly marks: Marks;
  readonly people: People;
  /** Null, or missing, where nothing is paid. */
  readonly deal?: Deal | null;
  /** For how long the author of a message may change it. */
  readonly editSeconds?: number;
}

export type LogEvent =
  | { readonly event: "DealChanged"; readonly topic: string; readonly deal: Deal }
  | { readonly event: "AgentTyping"; readonly topic: string; readonly by: Author; readonly on: boolean }
  | {
    readonly event: "VisitorTyping";
    readonly topic: string;
    readonly on: boolean;
    readonly conversation?: string;
    readonly text?: string;
  }
  | { readonly event: "AgentViewing"; readonly topic: string; readonly by: Viewer; readonly on: boolean }
  | { readonly event: "FileUploaded"; readonly topic: string; readonly n: number }
  | { readonly event: "Marks"; readonly topic: string; readonly marks: Marks }
  | { readonly event: "People"; readonly topic: string; readonly people: People };

/** Somebody of the team who has a chat open. */
export interface Viewer {
  readonly id: string;
  readonly name: string;
  readonly avatar: string;
}

/** The answer of the older-entries request. */
export interface OlderEntries {
  readonly entries: readonly Entry[];
  readonly more: boolean;
}

export type Snapshot =
  | SiteSnapshot
  | AgentSnapshot
  | VisitorsSnapshot
  | MonitoringSnapshot
  | NoticesSnapshot
  | WalletSnapshot;
export type Answer = Done | Acknowledged | Refused | Subscribed | Snapshot;
export type ServerFrame =
  | Answer
  | Welcome
  | Ping
  | Entry
  | LogEvent
  | VisitorsEvent
  | MonitoringChanged
  | NoticesChanged
  | WalletChanged
  | DraftChanged;

/** The frame in a text of the server, or null when it is none. Fields beyond the name are trusted: they come from our own server. */
export function readFrame(text: string): ServerFrame | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFrame(value) ? value : null;
  } catch {
    return null;
  }
}

function isFrame(value: unknown): value is ServerFrame {
  return typeof value === "object" && value !== null && "event" in value && typeof value.event === "string";
}

/** Entries are known by their number, so that an event of a later version still counts. */
export function isEntry(frame: ServerFrame): frame is Entry {
  return "n" in frame && "after" in frame;
}

/** 128 random bits in hexadecimal. `crypto.randomUUID` is missing on plain http pages, this is not. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
