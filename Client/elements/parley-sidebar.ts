import type { VisitedPage, VisitorRow } from "../live/wire.ts";
import { openBanDialog } from "./ban-dialog.ts";
import { makeButton, makeIconButton } from "./buttons.ts";
import { DeskElement } from "./desk.ts";
import { close as cross } from "./drawings.ts";
import { makeFace } from "./face.ts";
import { make, setAttributes } from "./make.ts";
import { addressOf } from "./page-address.ts";
import { makeOutcomeSection } from "./outcomes.ts";
import { makeTagSection } from "./tags.ts";
import { plainName } from "./texts.ts";
import { TranscriptDeeds } from "./transcript-deeds.ts";
import { VisitorFacts } from "./visitor-facts.ts";
import type { Story } from "./visitors-place.ts";

/**
 * What is known about the visitor (E22d, E28, E29). Attribute `conversation`, or a `story` of the live page, where there may be no chat; event
 * `parley-panel` closes it.
 */
export class ParleySidebar extends DeskElement {
  static readonly observedAttributes = ["conversation"];

  readonly #body = make("div", { class: "scroll", tabindex: 0 });
  #shown: readonly unknown[] = [];
  #facts: VisitorFacts | null = null;
  #story: Story | null = null;
  #transcript: TranscriptDeeds | null = null;

  set story(story: Story | null) {
    if (story === this.#story) return;
    this.#story = story;
    if (this.isConnected) this.renderSoon();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.renderSoon();
  }

  protected begin(signal: AbortSignal): void {
    const { texts, workspace } = this.desk;
    const close = makeIconButton(cross, texts.say("panel.close"));
    close.addEventListener("click", () => this.say("parley-panel"), { signal });
    setAttributes(this, { role: "complementary", "aria-label": texts.say("panel.title") });
    setAttributes(this.#body, { role: "group", "aria-label": texts.say("panel.title") });
    this.replaceChildren(make("header", {}, make("h2", {}, texts.say("panel.title")), close), this.#body);
    // In a frame of somebody else's website there are threads alone.
    this.#facts = this.desk.frame === null ? new VisitorFacts(this.desk, signal) : null;
    this.#transcript = this.desk.frame === null ? new TranscriptDeeds(this.desk) : null;
    workspace.on("rows", () => this.renderSoon(), signal);
    workspace.on("me", () => this.renderSoon(), signal);
    this.#shown = [];
    this.render();
  }

  protected render(): void {
    const { workspace } = this.desk;
    if (this.#story !== null) return this.#tell(this.#story);
    const row = workspace.row(this.getAttribute("conversation") ?? "") ?? null;
    const shown = [row, row && workspace.siteOf(row)];
    if (row === null || shown.every((value, index) => value === this.#shown[index])) return;
    this.#shown = shown;
    this.#facts?.show(row);
    this.#transcript?.show(row);
    const facts = this.#facts?.node ?? null;
    const tags = makeTagSection(row, this.desk);
    const parts = [
      this.#contact(row),
      tags,
      makeOutcomeSection(row, this.desk),
      this.#page(row.visitor.page, row.visitor.online),
      this.#chat(row),
      this.#people(row),
      facts,
      this.#transcript?.node ?? null,
      this.#deeds(row),
    ];
    this.#body.replaceChildren(...parts.filter((part) => part !== null));
  }

  #tell(story: Story): void {
    const { visitor, isHere } = story;
    const site = this.desk.workspace.sites.find(({ id }) => id === visitor.site);
    const shown = [story, site];
    if (shown.every((value, index) => value === this.#shown[index])) return;
    this.#shown = shown;
    this.#facts?.showVisitor(visitor, isHere);
    const about = this.#section("panel.contact", [
      ["panel.name", plainName(visitor.name ?? this.desk.texts.say("visitor.unnamed"))],
      ["panel.site", site?.name ?? null],
    ]);
    const parts = [about, this.#page(visitor.page, isHere), this.#facts?.node ?? null];
    this.#body.replaceChildren(...parts.filter((part) => part !== null));
  }

  #contact({ visitor }: VisitorRow): HTMLElement {
    const { texts } = this.desk;
    return this.#section("panel.contact", [
      ["panel.name", visitor.name && plainName(visitor.name)],
      ["panel.email", visitor.email && make("a", { href: `mailto:${visitor.email}` }, visitor.email)],
      [
        "panel.phone",
        visitor.phone &&
        make("a", { href: `tel:${visitor.phone.replaceAll(/[^+\d]/g, "")}`, dir: "ltr" }, visitor.phone),
      ],
      ["panel.service", visitor.service && plainName(visitor.service)],
    ]) ??
      make(
        "section",
        {},
        make("h3", {}, texts.say("panel.contact")),
        make("p", { class: "soft" }, texts.say("panel.noContact")),
      );
  }

  #page(page: VisitedPage | null, isHere: boolean): HTMLElement | null {
    const { texts, times } = this.desk;
    if (page === null) return null;
    const link = make(
      "a",
      { href: addressOf(page.url), target: "_blank", rel: "noopener noreferrer" },
      page.title || page.url,
    );
    const at = make("time", { class: "soft", datetime: new Date(page.at).toISOString() }, times.moment(page.at));
    const now = make(
      "div",
      { class: "page-now", "data-presence": isHere ? "online" : "offline" },
      make("bdi", {}, link),
      at,
    );
    return make("section", {}, make("h3", {}, texts.say(isHere ? "panel.pageNow" : "panel.pageLast")), now);
  }

  #chat({ chat, site }: VisitorRow): HTMLElement | null {
    const { texts, times, workspace } = this.desk;
    const name = workspace.sites.find((other) => other.id === site)?.name ?? null;
    return this.#section("panel.chat", [
      ["panel.site", name],
      ["panel.opened", times.moment(chat.openedAt)],
      ["panel.waitingSince", chat.waitingSince && times.moment(chat.waitingSince)],
      ["panel.closed", chat.closedAt && times.moment(chat.closedAt)],
      ["panel.form", texts.say(chat.form === "sent" ? "panel.formSent" : "panel.formNeeded")],
    ]);
  }

  #people({ agents, chat }: VisitorRow): HTMLElement | null {
    if (agents.length === 0) return null;
    const { texts } = this.desk;
    const items = agents.map(({ name, avatar, here }) => {
      const tag = make(
        "span",
        { class: "tag", "data-tone": here && "good" },
        texts.say(here ? "panel.here" : "panel.left"),
      );
      // When the chat is over nobody is in it, but nobody left it either.
      const place = chat.state === "closed" ? null : tag;
      return make("li", {}, makeFace({ name, avatar, size: "small" }), make("bdi", {}, plainName(name)), place);
    });
    return make("section", {}, make("h3", {}, texts.say("panel.agents")), make("ul", { class: "people" }, ...items));
  }

  /** What can be done with the chat (E28), as over the thread. */
  #deeds(row: VisitorRow): HTMLElement | null {
    const { texts, workspace } = this.desk;
    if (!workspace.mayWrite(row) || workspace.rows.isOwn(row.conversation)) return null;
    const ban = makeButton(texts.say("ban.button"), { "data-kind": "quiet", "aria-haspopup": "dialog" });
    ban.addEventListener("click", () => openBanDialog(this, this.desk, row.conversation));
    if (!workspace.hasJoined(row)) return make("div", { class: "buttons" }, ban);
    const transfer = makeButton(texts.say("chat.transfer"));
    transfer.addEventListener("click", () => this.say("parley-transfer"));
    const end = makeButton(texts.say("chat.close"));
    end.addEventListener("click", () => this.say("parley-end"));
    return make("div", { class: "buttons" }, transfer, end, ban);
  }

  /** Only what is known has a line. */
  #section(title: string, facts: readonly (readonly [string, Node | string | 0 | null])[]): HTMLElement | null {
    const { texts } = this.desk;
    const lines = facts.flatMap(([key, value]) =>
      value === null || value === "" || value === 0
        ? []
        : [make("div", {}, make("dt", {}, texts.say(key)), make("dd", {}, make("bdi", {}, value)))]
    );
    if (lines.length === 0) return null;
    return make("section", {}, make("h3", {}, texts.say(title)), make("dl", { class: "facts" }, ...lines));
  }
}
