// What a conversation needs when it has begun: files, and a sound. A module of its own, so that loader and panel stay small.

import { makeAttachment } from "../elements/attachment.ts";
import { takeDrops, takePastes } from "../elements/dropping.ts";
import { makeRevisable } from "../elements/revising.ts";
import { makeTray } from "../elements/tray.ts";
import { Passes } from "../live/passes.ts";
import { makeUpload } from "../live/uploads.ts";
import styles from "./talking.css.ts";
import { makeClosing } from "./closing.ts";
import type { Scene, Talking } from "./scene.ts";
import { Tone } from "./tone.ts";
import type { Widget } from "./widget.ts";

/** `changed` is called when what is chosen changed. */
export function beginTalking(
  scene: Scene,
  { origin, site, key }: Widget,
  panel: HTMLElement,
  changed: () => void,
  signal: AbortSignal,
): Talking {
  const { chat, texts } = scene;
  const server = { origin, authorization: `Visitor ${site}:${key}` };
  const passes = new Passes(server);
  const tone = new Tone();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  (panel.getRootNode() as ShadowRoot).adoptedStyleSheets.push(sheet);
  chat.outbox.upload = makeUpload({ ...server, unreachable: texts.say("files.unreachable") });
  const send = ({ facts, content }: Parameters<typeof chat.send>[1] & object): boolean =>
    chat.send(facts.name, { facts, content });
  const tray = makeTray({ texts, taking: scene.config.taking, changed, send });
  const box = panel.querySelector(".composer");
  const words = box?.querySelector("textarea");
  if (scene.config.files) {
    words?.before(tray.element);
    words?.after(tray.buttons);
    takeDrops(panel, texts.say("files.drop"), () => box?.checkVisibility() === true, tray.take, signal);
    if (words) takePastes(words, tray.take, signal);
  }
  const closing = makeClosing(scene);
  panel.querySelector(".foot")?.append(closing.element);
  import("./more.ts").then((module) => module.offerMore(scene, panel, signal), () => {});
  let isWanted = scene.config.ratings || scene.config.transcripts;
  /** When it cannot be fetched, the next change tries again. */
  const finish = (): void => {
    if (!isWanted || chat.isChatOpen) return;
    isWanted = false;
    import("./after-chat.ts").then((module) => module.beginAfter(scene, panel, server, signal), () => isWanted = true);
  };
  chat.on("changed", finish, signal);
  finish();
  return {
    playTone: () => tone.play(),
    isChosen: tray.isChosen,
    send: tray.send,
    askToClose: closing.ask,
    isAskedToClose: closing.isTakenBack,
    makeContent: ({ file }) =>
      makeRevisable(
        {
          texts,
          topic: () => chat.log?.topic ?? "",
          ask: (question) => chat.ask(question),
          isOwn: ({ voice }) => voice === "visitor",
          editSeconds: () => chat.log?.editSeconds ?? 0,
          whenBack: (then) => {
            const off = chat.on("changed", () => {
              if (!chat.isConnected) return;
              off();
              then();
            });
          },
        },
        file
          ? makeAttachment({
            texts,
            passes,
            conversation: () => chat.log?.topic.slice("chat.".length) ?? "",
            discard: (client) => chat.outbox.discard(client),
          })
          : undefined,
      ),
  };
}
