// One small question before a chat is closed.

import { make } from "../elements/make.ts";
import type { Scene } from "./scene.ts";

/** The question, hidden until it is asked; its first button is the one that closes. */
export function makeClosing({ texts, chat }: Scene, done: () => void): HTMLElement {
  const yes = make("button", { type: "button", class: "primary" }, texts.say("closing.yes"));
  const no = make("button", { type: "button" }, texts.say("closing.no"));
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
