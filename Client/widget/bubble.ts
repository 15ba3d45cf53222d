// A message as the visitor sees it: on which side, under whose name, with whose face, and how far it got.

import type { BubbleLook } from "../elements/bubble.ts";
import type { BubbleItem } from "../live/layout.ts";
import type { Scene } from "./scene.ts";

/** The side says who writes to the eye; who follows themselves says it once. */
export function lookOf(
  { voice, by, state, isFirst, isLast }: BubbleItem,
  { texts, config: { site } }: Scene,
): BubbleLook {
  const isMine = voice === "visitor";
  const name = by.name ?? texts.say("thread.automatic", { name: site.name });
  const mine = site.ours === "end" ? "start" : "end";
  return {
    side: isMine ? mine : site.ours,
    author: isMine ? texts.say("thread.you") : name,
    showsAuthor: !isMine && isFirst,
    tick: isMine ? texts.say(`tick.${state}`) : null,
    face: !isMine && isLast ? { name, avatar: by.avatar ?? null } : null,
  };
}
