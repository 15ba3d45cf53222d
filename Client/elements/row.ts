import type { VisitorRow } from "../live/wire.ts";
import { sayLeft, toneOf, urgencyOf } from "./countdown.ts";
import type { Desk } from "./desk.ts";
import { makeFace, showFace } from "./face.ts";
import { make, setAttributes, setText } from "./make.ts";
import { bringIntoView } from "./scrolling.ts";
import { makeTag } from "./tags.ts";
import { plainName } from "./texts.ts";
import { isAsked, unreadIn } from "./unread.ts";

const tagsInRow = 2;

/** One row of the lists: made once for a conversation, then only changed. The list item is its node. */
export class RowView {
  readonly node: HTMLElement;
  readonly #link: HTMLAnchorElement;
  readonly #face = makeFace({ name: null });
  readonly #name = make("bdi");
  readonly #time = make("time");
  readonly #dueLabel = make("span", { class: "unseen" });
  readonly #dueLeft = make("span");
  readonly #due = make("span", { class: "tag due-in", hidden: true }, this.#dueLabel, this.#dueLeft);
  readonly #site = make("bdi");
  readonly #tags = make("span", { class: "tags" });
  readonly #speaker = make("span", { hidden: true });
  readonly #words = make("bdi");
  readonly #last = make("span", { class: "last" }, this.#speaker, this.#words);
  readonly #badge = make("span", { hidden: true });
  #row: VisitorRow | null = null;
  #shown: readonly unknown[] = [];
  #told = "";

  constructor(conversation: string) {
    const parts = [
      this.#face,
      make("b", {}, this.#name),
      this.#time,
      this.#due,
      make("span", { class: "site" }, this.#site, this.#tags),
      this.#last,
      this.#badge,
    ];
    const attributes = { class: "row", href: `#${conversation}`, "data-conversation": conversation, tabindex: -1 };
    this.#link = make("a", attributes, ...parts);
    this.node = make("li", {}, this.#link);
  }

  focus(): void {
    this.#link.focus({ preventScroll: true });
    const scroller = this.node.closest(".scroll");
    const heading = this.node.closest("section")?.querySelector("h2");
    if (scroller !== null) bringIntoView(this.#link, scroller, heading?.clientHeight);
  }

  setTabStop(isStop: boolean): void {
    setAttributes(this.#link, { tabindex: isStop ? 0 : -1 });
  }

  show(row: VisitorRow, desk: Desk, isOpened: boolean): void {
    const { workspace } = desk;
    const isTyping = workspace.isTyping(row.conversation);
    const site = workspace.siteOf(row);
    const shown = [row, isTyping, site?.name, site?.hue, site?.tags, isOpened, workspace.account];
    this.#row = row;
    if (shown.every((value, index) => value === this.#shown[index]) && this.#shown.length > 0) return this.tick(desk);
    this.#shown = shown;
    setAttributes(this.#link, { "data-state": row.chat.state, "aria-current": isOpened && "true" });
    if (site !== null) this.#link.style.setProperty("--hue", String(site.hue));
    showFace(this.#face, {
      name: row.visitor.name,
      tone: row.chat.state === "waiting" ? "wait" : row.chat.state === "closed" ? "grey" : null,
      presence: row.visitor.online ? "online" : "offline",
    });
    setText(this.#name, nameOf(row, desk));
    setText(this.#site, site?.name ?? "");
    this.#showTags(row, desk);
    this.#showLast(row, desk, isTyping);
    this.#showBadge(row, desk);
    this.tick(desk);
  }

  /** Waiting times run by the second; the others change at midnight at most, and are not formatted again before. */
  tick({ times, texts, workspace }: Desk): void {
    const row = this.#row;
    if (row === null) return;
    const now = Date.now();
    const dueAt = row.deal && row.deal.open > 0 ? row.deal.dueAt : null;
    this.#showDue(dueAt, workspace.now, { times, texts });
    this.#time.hidden = dueAt !== null;
    const { waitingSince } = row.chat;
    if (waitingSince !== null) setText(this.#time, times.waiting(waitingSince, now));
    const at = waitingSince ?? row.activeAt;
    const told = `${at} ${waitingSince === null ? new Date(now).toDateString() : "waits"}`;
    if (told === this.#told) return;
    this.#told = told;
    if (waitingSince === null) setText(this.#time, times.stamp(at, now));
    setAttributes(this.#time, {
      "data-kind": waitingSince !== null && "waits",
      datetime: new Date(at).toISOString(),
      title: waitingSince === null ? times.full(at) : texts.say("list.waitsSince", { time: times.full(at) }),
    });
  }

  /** In the place of the time: until when an answer is paid counts more than since when somebody waits. */
  #showDue(dueAt: number | null, now: number, { times, texts }: Pick<Desk, "times" | "texts">): void {
    this.#due.hidden = dueAt === null;
    if (dueAt === null) return;
    setText(this.#dueLabel, `${texts.say("due.label")} `);
    setText(this.#dueLeft, sayLeft(dueAt, now, texts) ?? texts.say("due.overdue"));
    const title = texts.say("due.by", { time: times.full(dueAt) });
    setAttributes(this.#due, { "data-tone": toneOf[urgencyOf(dueAt, now)], title });
  }

  #showLast(row: VisitorRow, desk: Desk, isTyping: boolean): void {
    setAttributes(this.#last, { "data-kind": isTyping && "typing" });
    const speaker = isTyping ? null : speakerOf(row, desk);
    this.#speaker.hidden = speaker === null;
    setText(this.#speaker, speaker ?? "");
    setText(this.#words, isTyping ? desk.texts.say("list.typing") : previewOf(row, desk));
  }

  /** The first few, and how many more there are. */
  #showTags(row: VisitorRow, { texts, workspace }: Desk): void {
    const outcomes = outcomesOf(row).map((outcome) => ({ id: "", name: texts.say(outcome), tone: "good" }));
    const tags = [...outcomes, ...workspace.tagsOf(row)];
    const rest = tags.length - tagsInRow;
    const more = rest <= 0 ? [] : [make("span", { class: "tag", "data-rest": true }, `+${texts.number(rest)}`)];
    this.#tags.replaceChildren(...tags.slice(0, tagsInRow).map(makeTag), ...more);
  }

  #showBadge(row: VisitorRow, desk: Desk): void {
    const { texts, workspace } = desk;
    const unread = unreadIn(row, workspace.account);
    const tag = tagOf(row, workspace.account);
    setAttributes(this.#link, { "data-unread": unread > 0 });
    this.#badge.hidden = unread === 0 && tag === null;
    setAttributes(this.#link, { "data-badge": !this.#badge.hidden });
    setAttributes(this.#badge, { class: tag === null ? "count" : "tag", "data-tone": tag?.tone });
    if (tag !== null) return setText(this.#badge, texts.say(tag.text, { name: row.chat.transfer?.name ?? "" }));
    if (this.#badge.hidden) return setText(this.#badge, "");
    const spoken = make("span", { class: "unseen" }, texts.count("list.unread", unread));
    const figure = make("span", { "aria-hidden": "true" }, texts.number(unread));
    this.#badge.replaceChildren(figure, spoken);
  }
}

/** What became of the chat, as keys of texts. */
export function outcomesOf({ chat: { won, handedOver } }: VisitorRow): readonly string[] {
  return [...(won ? ["outcome.won"] : []), ...(handedOver ? ["outcome.handedOver"] : [])];
}

export function nameOf(row: VisitorRow, { texts }: Desk): string {
  return plainName(row.visitor.name ?? texts.say("visitor.unnamed"));
}

function tagOf(row: VisitorRow, account: string): { readonly text: string; readonly tone: string } | null {
  const { chat } = row;
  if (isAsked(row, account)) return { text: "list.forYou", tone: "wait" };
  if (chat.transfer && chat.state === "waiting") return { text: "list.forColleague", tone: "neutral" };
  if (chat.state === "waiting" && chat.offline) return { text: "list.offlineMessage", tone: "wait" };
  if (chat.state === "closed" && chat.unwritten) return { text: "list.formPending", tone: "neutral" };
  return null;
}

export function previewOf({ last, chat, visitor }: VisitorRow, { texts }: Pick<Desk, "texts">): string {
  if (last?.kind === "erased") return texts.say("line.erased");
  if (last !== null) return last.kind === "file" ? texts.say("list.file", { name: last.text ?? "" }) : last.text ?? "";
  return texts.say(
    chat.form === "needed" && chat.state !== "closed" && visitor.online ? "list.fillsForm" : "list.nothingWritten",
  );
}

/** Whose words they are, unless they are the visitor's. */
function speakerOf({ last, ...row }: VisitorRow, { texts, workspace }: Desk): string | null {
  if (last?.by !== "agent") return null;
  const name = last.name ?? "";
  const pseudonym = workspace.sites.find((site) => site.id === row.site)?.pseudonym;
  const wasHere = row.agents.some((agent) => agent.id === workspace.account && agent.name === name);
  return wasHere && name === pseudonym ? texts.say("list.you") : texts.say("list.somebody", { name });
}
