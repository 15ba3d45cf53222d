// What every part of the panel needs, given once.

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
}
