// Who of the agents is writing, between the thread and whatever the visitor fills in.

import { make, setAttributes, setText } from "../elements/make.ts";
import { makeDots } from "../elements/writing.ts";
import type { Part } from "./part.ts";
import type { Scene } from "./scene.ts";

export function makeTyping({ chat, texts }: Scene): Part {
  const names = make("span");
  const element = make("p", { class: "typing" }, makeDots(), names);
  return {
    element,
    show(): void {
      const { typists } = chat;
      setAttributes(element, { "data-on": typists.length > 0 });
      if (typists.length > 0) setText(names, texts.count("typing", typists.length, { names: typists }));
    },
  };
}
