// The head of the panel: whose chat this is, who is there, and the two ways out of it.

import { makeIconButton } from "../elements/buttons.ts";
import { close as cross, minimise as arrow } from "../elements/drawings.ts";
import { makeFace, type Person } from "../elements/face.ts";
import { make, setText } from "../elements/make.ts";
import type { Part } from "./part.ts";
import type { Scene } from "./scene.ts";

const mostFaces = 3;

export function makeHead({ chat, config, texts, times }: Scene, minimise: () => void, close: () => void): Part {
  const { name, logo } = config.site;
  const faces = make("div", { class: "faces" });
  const status = make("p");
  const minimiseButton = makeIconButton(arrow, texts.say("header.minimise"));
  const closeButton = makeIconButton(cross, texts.say("header.close"));
  minimiseButton.onclick = minimise;
  closeButton.onclick = close;
  const title = make("div", { class: "title" }, make("h2", { id: "title" }, make("bdi", {}, name)), status);
  const ways = make("div", { class: "ways" }, minimiseButton, closeButton);
  let shown = "";

  /** The agents who are here, else some who could come, else the website. */
  const showFaces = (): void => {
    const presence = chat.mode === "loading" ? null : chat.isOnline ? "online" : "offline";
    const isAlone = chat.agentsHere.length === 1;
    const here = chat.agentsHere.map(({ name, avatar, status }): Person => ({
      name,
      avatar,
      presence: isAlone ? status : null,
    }));
    const team = chat.team.map(({ name, avatar }): Person => ({ name, avatar }));
    const people = here.length > 0 ? here : team.length > 0 ? team : [{ name, presence }];
    const now = JSON.stringify(people);
    if (now === shown) return;
    shown = now;
    const drawn = here.length > 0 || logo === null ? people.slice(0, mostFaces).map(makeFace) : [makeLogo(logo, name)];
    faces.replaceChildren(...drawn);
  };

  return {
    element: make("div", { class: "head" }, faces, title, ways),
    show(): void {
      const names = chat.agentsHere.map((agent) => agent.name);
      const { isOnline, opens } = chat;
      const state = isOnline ? "online" : opens ? "opens" : "offline";
      const when = opens && !isOnline ? times.ahead(opens, Date.now()) : {};
      setText(
        status,
        names.length > 0
          ? texts.count("header.here", names.length, { names })
          // Before the first line nobody knows; the room is kept.
          : chat.mode === "loading"
          ? "\u00a0"
          : texts.say(`header.${state}`, when),
      );
      closeButton.hidden = !chat.isChatOpen;
      showFaces();
    },
  };
}

/** The policy of a website may forbid the picture; letters then stand for it. */
function makeLogo(address: string, name: string): HTMLElement {
  const logo = make("img", { class: "logo", src: address, alt: "" });
  logo.onerror = () => logo.replaceWith(makeFace({ name }));
  return logo;
}
