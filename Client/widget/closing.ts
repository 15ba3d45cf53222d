// One small question before a chat is closed.

import { makeButton } from "../elements/buttons.ts";
import { make } from "../elements/make.ts";
import type { Scene } from "./scene.ts";

export interface Closing {
  readonly element: HTMLElement;
  ask(done: () => void): void;
  /** Takes the question back; false when it was not asked. */
  isTakenBack(): boolean;
}

/** The first button is the one that closes. */
export function makeClosing({ texts, chat }: Scene): Closing {
  const yes = makeButton(texts.say("closing.yes"), { "data-kind": "primary" });
  const no = makeButton(texts.say("closing.no"));
  const element = make(
    "div",
    { class: "closing", role: "alertdialog", "aria-labelledby": "question", hidden: true },
    make("b", { id: "question" }, texts.say("closing.question")),
    make("p", { class: "soft" }, texts.say("closing.text")),
    make("div", { class: "buttons" }, yes, no),
  );
  let done = (): void => {};
  const isTakenBack = (): boolean => {
    if (element.hidden) return false;
    element.hidden = true;
    done();
    return true;
  };
  no.onclick = isTakenBack;
  yes.onclick = async () => {
    yes.ariaBusy = "true";
    await chat.close();
    yes.ariaBusy = null;
    isTakenBack();
  };
  return {
    element,
    ask(then): void {
      done = then;
      element.hidden = false;
      yes.focus();
    },
    isTakenBack,
  };
}
