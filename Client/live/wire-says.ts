// What the browser says, of the frames of docs/protocol.md.

import type { AgentStatus, MessageWay } from "./wire.ts";

export interface Lead {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly service: string;
}

export interface Page {
  readonly url: string;
  readonly title: string;
}

export type Hello =
  | {
    readonly do: "hello";
    readonly protocol: 1;
    readonly site: string;
    readonly key: string;
    readonly page: Page;
    readonly language: string;
  }
  | { readonly do: "hello"; readonly protocol: 1; readonly watch?: true; readonly token?: string };

/** Commands that are answered; the connection gives each an `id`. */
export type Question =
  | { readonly do: "subscribe"; readonly topic: string; readonly since?: number }
  | { readonly do: "unsubscribe"; readonly topic: string }
  | { readonly do: "open"; readonly topic: string }
  | ({ readonly do: "form"; readonly topic: string } & Lead)
  | ({ readonly do: "offline"; readonly topic: string; readonly client: string; readonly text: string } & Lead)
  | ({ readonly do: "send"; readonly topic: string; readonly client: string } & Agreed & { readonly text: string })
  | ({ readonly do: "send"; readonly topic: string; readonly client: string } & Agreed & { readonly file: string })
  | { readonly do: "join" | "leave" | "close" | "entrust" | "handOver" | "accept" | "decline"; readonly topic: string }
  | { readonly do: "won"; readonly topic: string; readonly on: boolean }
  | { readonly do: "begin"; readonly topic: string; readonly client: string; readonly text: string }
  | {
    readonly do: "transfer";
    readonly topic: string;
    readonly to: string;
    readonly leaves: boolean;
    readonly reason: string;
  }
  | { readonly do: "rate"; readonly topic: string; readonly of: number; readonly stars: number; readonly text?: string }
  | {
    readonly do: "tip";
    readonly topic: string;
    readonly of: number;
    readonly units: number;
    readonly client: string;
  }
  | { readonly do: "minutes"; readonly topic: string; readonly deed: MinuteDeed; readonly rate?: number }
  | { readonly do: "beat"; readonly topic: string; readonly session: string; readonly over?: true }
  | { readonly do: "edit"; readonly topic: string; readonly of: number; readonly text: string }
  | { readonly do: "delete"; readonly topic: string; readonly of: number }
  | ({ readonly do: "note"; readonly topic: string; readonly client: string; readonly text: string } & Calls)
  | { readonly do: "tag"; readonly topic: string; readonly add: readonly string[]; readonly remove: readonly string[] }
  | ({ readonly do: "macro"; readonly topic: string; readonly client: string } & MacroSteps)
  | {
    readonly do: "draft";
    readonly topic: string;
    readonly conversation: string;
    readonly text: string;
    readonly at: number;
  }
  | { readonly do: "read" | "archive"; readonly topic: string; readonly notice?: string }
  | { readonly do: "status"; readonly status: AgentStatus };

/** Whom a note of the team calls. */
export interface Calls {
  readonly mentions: readonly string[];
}

/** What is done by one press: all of it or nothing. */
export interface MacroSteps {
  /** Empty where nothing is said. */
  readonly text: string;
  readonly add: readonly string[];
  readonly then?: "close" | "transfer";
  /** Who is asked to take over. */
  readonly to?: string;
}

/** What one of the two does about a chat by the minute. */
export type MinuteDeed = "start" | "cancel" | "recharge" | "proceed" | "accept" | "decline" | "rest" | "end";

/** In a paid thread: what its sender was shown. */
export interface Agreed {
  readonly price?: number | null;
  readonly way?: MessageWay;
}

/** Commands that are not answered, and not missed when the line is cut. */
export type Remark =
  | { readonly do: "typing"; readonly topic: string; readonly on: boolean; readonly text?: string | undefined }
  | { readonly do: "view"; readonly topic: string; readonly on: boolean }
  | { readonly do: "mark"; readonly topic: string; readonly delivered: number; readonly seen: number }
  | ({ readonly do: "page" } & Page)
  | { readonly do: "pong" };
