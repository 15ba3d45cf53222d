// The head of a paid thread: the one who answers, and whether they are there (A27).

import { makeFace, showFace } from "../elements/face.ts";
import { make, setAttributes, setText } from "../elements/make.ts";
import type { Texts } from "../elements/texts.ts";
import type { Deal } from "../live/wire.ts";

export interface ExpertHead {
  readonly element: HTMLElement;
  show(deal: Deal | null): void;
}

/** `site` stands there until it is known who answers. */
export function makeExpertHead(texts: Texts, site: string): ExpertHead {
  const face = makeFace({ name: site });
  const name = make("bdi", {}, site);
  const status = make("p");
  const title = make("div", { class: "title" }, make("h2", { id: "title" }, name), status);
  return {
    element: make("div", { class: "head" }, make("div", { class: "faces" }, face), title),
    show(deal): void {
      if (deal === null) return;
      const { expert } = deal;
      showFace(face, { name: expert.name, avatar: expert.avatar, presence: expert.status });
      setText(name, expert.name);
      setText(status, texts.say(`expert.${expert.reach}`));
      setAttributes(status, { "data-presence": expert.status });
    },
  };
}
