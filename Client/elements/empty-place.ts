import { makeButton } from "./buttons.ts";
import type { Desk } from "./desk.ts";
import { chats } from "./drawings.ts";
import { icon } from "./icons.ts";
import { make, setAttributes, setText } from "./make.ts";
import type { Workspace } from "./workspace.ts";

/** Why a place of the console may be empty: no website, not online, here to read, nothing has happened, or nobody has asked this expert. */
export type Situation = "noSite" | "offline" | "reads" | "ready" | "asked";

export function situationOf({ sites, me, isExpert }: Pick<Workspace, "sites" | "me" | "isExpert">): Situation {
  const team = sites.filter((site) => site.team ?? true);
  const answers = team.some((site) => site.mayWrite);
  if (team.length === 0 && !isExpert) return "noSite";
  if (!answers && !isExpert) return "reads";
  if (me?.status === "offline") return "offline";
  return answers ? "ready" : "asked";
}

/** Title and text, as keys of the catalogue. */
export type EmptyWords = Readonly<Record<"reads" | "ready" | "asked", readonly [title: string, text: string]>>;

/** An empty place says what it is for, or what has to happen first. */
export class EmptyPlace {
  readonly node: HTMLElement;
  readonly #title = make("h2");
  readonly #text = make("p");
  readonly #goOnline: HTMLButtonElement;
  readonly #desk: Desk;
  readonly #words: Readonly<Record<Situation, readonly [string, string]>>;

  constructor(desk: Desk, words: EmptyWords) {
    this.#desk = desk;
    this.#words = {
      noSite: ["empty.noSiteTitle", "empty.noSiteText"],
      offline: ["empty.offlineTitle", "empty.offlineText"],
      ...words,
    };
    this.#goOnline = makeButton(desk.texts.say("empty.goOnline"), { "data-kind": "primary", hidden: true });
    this.#goOnline.addEventListener("click", () => void this.#start());
    this.node = make("div", { class: "empty" }, icon(chats), this.#title, this.#text, this.#goOnline);
  }

  show(situation: Situation): void {
    const { texts } = this.#desk;
    const [title, text] = this.#words[situation];
    setText(this.#title, texts.say(title));
    setText(this.#text, texts.say(text));
    this.#goOnline.hidden = situation !== "offline";
  }

  async #start(): Promise<void> {
    const { workspace, texts } = this.#desk;
    setAttributes(this.#goOnline, { "aria-busy": "true" });
    const answer = await workspace.setStatus("online").catch(() => null);
    setAttributes(this.#goOnline, { "aria-busy": false });
    if (answer?.event === "Done") return;
    const detail = answer?.event === "Refused" ? answer.text : texts.say("failure.offline");
    this.node.dispatchEvent(new CustomEvent("parley-failure", { bubbles: true, detail }));
  }
}
