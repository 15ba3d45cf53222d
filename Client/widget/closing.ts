// One small question before a chat is closed.

import { makeButton } from "../elements/buttons.ts";
import { make } from "../elements/make.ts";
import type { Scene } from "./scene.ts";

/** The question, hidden until it is asked; its first button is the one that closes. */
export function makeClosing({ texts, chat }: Scene, done: () => void): HTMLElement {
  const yes = makeButton(texts.say("closing.yes"), { "data-kind": "primary" });
  const no = makeButton(texts.say("closing.no"));
  no.onclick = done;
  yes.onclick = async () => {
    yes.ariaBusy = "true";
    await chat.close();
    yes.ariaBusy = null;
    done();
  };
  return make(
    "div",
    { class: "closing", role: "alertdialog", "aria-labelledby": "question", hidden: true },
    make("b", { id: "question" }, texts.say("closing.question")),
    make("p", { class: "soft" }, texts.say("closing.text")),
    make("div", { class: "buttons" }, yes, no),
  );
}
