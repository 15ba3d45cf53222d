// The card by which a website says something first (P14): fetched when the answer to a beat brings one. It takes no focus and makes no sound.

import { make, setText } from "../elements/make.ts";
import styles from "./invitation.css.ts";
import type { Invitation, Invite } from "./widget.ts";

/** A region that is there before its words is heard when they come. */
const heardMilliseconds = 100;

export const invite: Invite = ({ root, launcher }, invitation, post) => {
  const tell = (deed: "opened" | "closed"): Promise<unknown> =>
    post("invitations", { invitation: invitation.id, deed }).catch(() => {});
  // The panel came first.
  if (launcher.ariaExpanded === "true") return void tell("closed");
  const ending = new AbortController();
  const { signal } = ending;
  const card = makeCard(invitation);
  const end = (): void => {
    // Who closes it by the keyboard goes on where the card stood.
    if (card.host.matches(":focus-within")) launcher.focus();
    ending.abort();
    card.host.remove();
  };
  const close = (): void => {
    end();
    void tell("closed");
  };
  card.answer.onclick = async () => {
    end();
    // What was said stands in the chat when the panel comes.
    await tell("opened");
    launcher.click();
  };
  card.close.onclick = close;
  launcher.addEventListener("click", () => {
    end();
    void tell("opened");
  }, { signal });
  document.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && close(), {
    signal,
  });
  root.append(card.host);
};

export interface Card {
  readonly host: HTMLElement;
  readonly answer: HTMLButtonElement;
  readonly close: HTMLButtonElement;
}

export function makeCard({ text, name, logo, position, language, direction, words }: Invitation): Card {
  const host = make("parley-invitation" as "div", { "data-position": position === "start" ? "start" : "end" });
  const inner = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  inner.adoptedStyleSheets = [sheet];
  const said = make("p", { role: "status", dir: "auto" });
  const answer = make("button", { type: "button", class: "answer" }, words.answer);
  const close = make("button", { type: "button", class: "close", "aria-label": words.close }, "×");
  inner.append(
    make(
      "section",
      { lang: language, dir: direction, "aria-label": words.label },
      makeFace(name, logo),
      make("strong", { dir: "auto" }, name),
      close,
      said,
      answer,
    ),
  );
  setTimeout(() => setText(said, text), heardMilliseconds);
  return { host, answer, close };
}

/** The policy of a website may forbid the picture; a letter then stands for it. */
function makeFace(name: string, logo: string | undefined): HTMLElement {
  const letter = make("span", { class: "face", "aria-hidden": "true" }, name.trim().slice(0, 1).toUpperCase());
  if (!logo) return letter;
  const picture = make("img", { src: logo, alt: "" });
  picture.onerror = () => picture.replaceWith(letter);
  return picture;
}
