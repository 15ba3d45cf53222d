import { DeskElement } from "./desk.ts";
import { administration as cogwheel, chats as bubble, eye, figures as chart, keyboard as keys } from "./drawings.ts";
import { showFace } from "./face.ts";
import { icon } from "./icons.ts";
import { make, setAttributes, setText } from "./make.ts";
import { statusTexts } from "./status.ts";
import { NoticeCentre } from "./notice-centre.ts";
import { totalsOf } from "./unread.ts";
import { visitorsHash } from "./visitors-place.ts";
import { figuresAddress, YouMenu } from "./you-menu.ts";

/**
 * The places of the console; on a phone they lie along the lower edge (E71b). Attributes `admin`: where administration is; `place`: where
 * one is, `list` or `visitors`.
 * The last place is oneself: status, sounds, leaving.
 */
export class ParleyRail extends DeskElement {
  static readonly observedAttributes = ["place"];

  readonly #count = make("span", { class: "count", "data-tone": "bad", hidden: true });
  readonly #face = make("span", { class: "face", "aria-hidden": "true" });
  readonly #spoken = make("span", { class: "unseen" });
  #menu: YouMenu | null = null;
  #administration: HTMLElement | null = null;
  #chats: HTMLElement | null = null;
  #visitors: HTMLElement | null = null;
  #figures: HTMLElement | null = null;

  attributeChangedCallback(): void {
    if (this.isConnected) this.render();
  }

  protected begin(signal: AbortSignal): void {
    this.#build(signal);
    const { workspace } = this.desk;
    workspace.on("rows", () => this.renderSoon(), signal);
    workspace.on("me", () => this.renderSoon(), signal);
    this.render();
  }

  protected render(): void {
    const { workspace, texts } = this.desk;
    const { me } = workspace;
    const { waiting } = totalsOf(workspace.rows.rows.values(), workspace.account);
    this.#count.hidden = waiting === 0;
    const figure = make("span", { "aria-hidden": "true" }, texts.number(waiting));
    this.#count.replaceChildren(figure, make("span", { class: "unseen" }, texts.count("rail.waiting", waiting)));
    const isLivePage = this.getAttribute("place") === "visitors";
    if (this.#chats !== null) setAttributes(this.#chats, { "aria-current": !isLivePage && "page" });
    if (this.#visitors !== null) {
      setAttributes(this.#visitors, { "aria-current": isLivePage && "page", hidden: !workspace.seesVisitors });
    }
    if (this.#figures !== null) this.#figures.hidden = !workspace.seesVisitors;
    if (me === null) return;
    const avatar = workspace.sites[0]?.avatar ?? null;
    showFace(this.#face, { name: me.name, avatar, presence: me.status });
    setText(this.#spoken, texts.say("rail.you", { name: me.name, status: texts.say(statusTexts[me.status]) }));
    if (this.#administration !== null) this.#administration.hidden = !me.roles.includes("administrator");
    this.#menu?.show(me);
  }

  #build(signal: AbortSignal): void {
    const { texts } = this.desk;
    const chats = make(
      "a",
      { class: "place", href: "#" },
      icon(bubble),
      named(texts.say("rail.chats")),
      this.#count,
    );
    chats.title = texts.say("rail.chats");
    chats.addEventListener("click", (event) => {
      event.preventDefault();
      this.say("parley-back");
    }, { signal });
    this.#chats = chats;
    const visitors = make(
      "a",
      { class: "place", href: visitorsHash, title: texts.say("rail.visitors"), hidden: true },
      icon(eye),
      named(texts.say("rail.visitors")),
    );
    this.#visitors = visitors;
    const figures = make(
      "a",
      { class: "place", href: figuresAddress, title: texts.say("rail.figures"), hidden: true },
      icon(chart),
      named(texts.say("rail.figures")),
    );
    this.#figures = figures;
    const administration = make(
      "a",
      {
        class: "place",
        href: this.getAttribute("admin") ?? "/admin",
        title: texts.say("rail.administration"),
        hidden: true,
      },
      icon(cogwheel),
      named(texts.say("rail.administration")),
    );
    this.#administration = administration;
    const keyboard = make(
      "button",
      {
        class: "place keyboard",
        type: "button",
        title: texts.say("shortcuts.title"),
        "aria-label": texts.say("shortcuts.title"),
      },
      icon(keys),
    );
    keyboard.addEventListener("click", () => this.say("parley-shortcuts"), { signal });
    const centre = new NoticeCentre(this.desk, signal);
    this.#menu = new YouMenu(this.desk, signal);
    // Until it is known who works here the menu still has a name.
    setText(this.#spoken, texts.say("status.label"));
    const you = make(
      "button",
      { class: "place you", type: "button", popovertarget: this.#menu.node.id },
      this.#face,
      make("span", { "aria-hidden": "true" }, texts.say("rail.profile")),
      this.#spoken,
    );
    const places = [chats, visitors, figures, administration, keyboard, centre.bell, you, centre.node, this.#menu.node];
    const nav = make("nav", { "aria-label": texts.say("rail.label") }, ...places);
    this.replaceChildren(make("span", { class: "brand", "aria-hidden": "true" }), nav);
    setAttributes(this, { "data-ready": true });
  }
}

function named(text: string): HTMLElement {
  return make("span", {}, text);
}
