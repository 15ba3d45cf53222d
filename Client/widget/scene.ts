// What every part of the panel needs, given once.

import type { BubbleDesk } from "../elements/bubble.ts";
import type { Entry } from "../live/wire.ts";
import type { Texts } from "../elements/texts.ts";
import type { Config } from "./config.ts";
import type { Draft } from "./draft.ts";
import type { Times } from "../elements/times.ts";
import type { VisitorChat } from "./visitor-chat.ts";

export interface Scene {
  readonly chat: VisitorChat;
  readonly config: Config;
  readonly texts: Texts;
  readonly times: Times;
  readonly draft: Draft;
  /** What happens in this kind of thread alone, in words; nothing for what is no line. */
  readonly sayLine?: (entry: Entry) => string;
  /** It comes when the visitor may write. */
  talking?: Talking;
}

export interface Talking {
  playTone(): void;
  readonly makeContent: BubbleDesk["makeContent"] & object;
  /** Whether files are chosen that go out with the next sending. */
  isChosen(): boolean;
  send(): void;
  /** Asks before a chat is closed; `done` when the question is gone. */
  askToClose(done: () => void): void;
  /** Takes the question back where it stands. */
  isAskedToClose(): boolean;
}
