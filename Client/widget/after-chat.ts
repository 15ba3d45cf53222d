// What a visitor is offered once a chat is over. A module of its own, fetched then.

import styles from "./after-chat.css.ts";
import { rateChats } from "./chat-rating.ts";
import type { Scene } from "./scene.ts";
import { offerTranscripts } from "./transcript.ts";

/** From now on, whenever a chat is over. */
export function beginAfter(
  scene: Scene,
  panel: HTMLElement,
  server: { readonly origin: string; readonly authorization: string },
  signal: AbortSignal,
): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  (panel.getRootNode() as ShadowRoot).adoptedStyleSheets.push(sheet);
  const { ratings, transcripts } = scene.config;
  if (ratings) rateChats(scene, panel, signal);
  if (transcripts) offerTranscripts(scene, panel, server, signal);
}
