import type { LogFeed } from "../live/feeds.ts";
import { layOut, type ThreadItem } from "../live/layout.ts";
import type { Entry, OlderEntries } from "../live/wire.ts";
import { makeButton } from "./buttons.ts";
import { DeskElement } from "./desk.ts";
import { down } from "./drawings.ts";
import { isHappening } from "./happening.ts";
import { tickWithLetters } from "./letters.ts";
import { icon } from "./icons.ts";
import { isLookedAt } from "./looking.ts";
import { arrange, make, setAttributes, setText } from "./make.ts";
import { bringToMiddle } from "./scrolling.ts";
import { type ItemContext, ThreadItemView } from "./thread-item.ts";
import { withNotes } from "./team-notes.ts";
import { type Divider, firstUnseen, withDivider } from "./unseen.ts";
import { makeDots } from "./writing.ts";

/** Closer to the foot than this counts as being there. */
const footPixels = 48;
/** Older entries are fetched before the reader reaches the top. */
const headPixels = 300;
const pageOfEntries = 50;

/**
 * The log of one conversation. Attributes `conversation`, `label`, `visitor` and `pseudonym` (the names over the bubbles), `ours` (the
 * side of the agents). It follows the newest message only while the reader is there; otherwise a pill says what came.
 */
export class ParleyThread extends DeskElement {
  static readonly observedAttributes = ["visitor", "pseudonym", "ours", "label"];

  readonly #scroll = make("div", { class: "scroll", role: "log", tabindex: 0 });
  readonly #thread = make("div", { class: "thread" });
  readonly #older = makeButton("", { class: "button older", "data-kind": "quiet", "data-size": "small" });
  readonly #typing = make("div", { class: "typing", hidden: true });
  /** What the visitor types, where the website shows it: looked at, and not read aloud at every letter. */
  readonly #typed = make("bdi", { class: "typed", "aria-live": "off" });
  readonly #pill = makeButton("", { class: "button pill", hidden: true });
  readonly #views = new Map<string, ThreadItemView>();
  #feed: LogFeed | null = null;
  #signal: AbortSignal | null = null;
  #newFrom: number | null = null;
  #missed = 0;
  #isAtFoot = true;
  #isPlaced = false;
  /** The heights of content and window when the reader was last put at the foot. */
  #room = "";
  #isFetching = false;
  #hasPrepended = false;

  attributeChangedCallback(): void {
    if (this.isConnected) this.renderSoon();
  }

  /** After sending: the reader wants to see what they wrote, and has seen what came before. */
  follow(): void {
    this.#newFrom = null;
    this.#toFoot();
    this.renderSoon();
  }

  /** Brings a line into view, or the next message after it. What was said before is fetched down to there. */
  async lookAt(n: number): Promise<void> {
    let before = -1;
    while (this.#feed !== null && this.#feed.log.entries.length !== before && (this.#feed.log.entries[0]?.n ?? 0) > n) {
      before = this.#feed.log.entries.length;
      await this.#fetchOlder();
    }
    this.#isAtFoot = false;
    this.render();
    const bubbles = [...this.#thread.querySelectorAll<HTMLElement>("[data-n]")];
    const found = bubbles.find((bubble) => Number(bubble.dataset["n"]) >= n);
    if (found !== undefined) bringToMiddle(found, this.#scroll);
    this.focusLog();
  }

  focusLog(): void {
    this.#scroll.focus({ preventScroll: true });
  }

  protected begin(signal: AbortSignal): void {
    const { workspace, texts } = this.desk;
    this.#signal = signal;
    this.#build(signal);
    this.#feed = workspace.threads.open(this.#conversation);
    workspace.on("thread", (conversation) => conversation === this.#conversation && this.renderSoon(), signal);
    this.#feed.on("arrived", (entry) => this.#arrived(entry), signal);
    for (const name of ["focus", "blur"]) addEventListener(name, () => this.#look(), { signal });
    document.addEventListener("visibilitychange", () => this.#look(), { signal });
    const size = new ResizeObserver(() => this.#isAtFoot && this.#toFoot());
    for (const element of [this.#scroll, this.#thread]) size.observe(element);
    signal.addEventListener("abort", () => size.disconnect());
    this.#older.replaceChildren(texts.say("thread.older"));
    this.render();
  }

  protected override end(): void {
    const fromEnd = this.#isAtFoot ? 0 : this.#fromEnd();
    this.desk.bookmarks.set(this.#conversation, { fromEnd });
  }

  protected render(): void {
    const feed = this.#feed;
    if (feed === null) return;
    const { log } = feed;
    setAttributes(this.#scroll, { "aria-label": this.getAttribute("label"), "aria-busy": !log.loaded && "true" });
    if (!log.loaded) return this.#thread.replaceChildren(...skeletons());
    if (!this.#isPlaced) this.#newFrom = firstUnseen(log.entries, log.marks.team.seen);
    const fromEnd = this.#hasPrepended ? this.#fromEnd() : 0;
    this.#show(feed);
    if (!this.#isPlaced) this.#place();
    else if (this.#isAtFoot) this.#toFoot();
    else if (this.#hasPrepended) {
      this.#scroll.scrollTop = this.#scroll.scrollHeight - this.#scroll.clientHeight - fromEnd;
    }
    this.#hasPrepended = false;
    this.#showPill();
    this.#look();
  }

  #build(signal: AbortSignal): void {
    const { texts } = this.desk;
    this.classList.add("talk");
    this.#scroll.replaceChildren(this.#thread);
    this.replaceChildren(this.#scroll, this.#pill);
    this.#scroll.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    this.#older.addEventListener("click", () => void this.#fetchOlder(), { signal });
    this.#pill.addEventListener("click", () => {
      this.#toFoot();
      this.focusLog();
    }, { signal });
    this.#typing.replaceChildren(makeDots(), make("span"), this.#typed);
    setAttributes(this.#pill, { "aria-label": texts.say("thread.toNewest") });
  }

  get #conversation(): string {
    return this.getAttribute("conversation") ?? "";
  }

  #show(feed: LogFeed): void {
    const { log } = feed;
    const { workspace } = this.desk;
    const pseudonym = this.getAttribute("pseudonym") ?? "";
    const me = { kind: "agent", id: workspace.account, name: pseudonym } as const;
    const pending = workspace.threads.pending(this.#conversation);
    const reach = { entries: withNotes(log.entries), tickOf: (entry: Entry) => tickWithLetters(entry, log) };
    const items = withDivider(layOut(reach, pending, { isLine: isHappening, me }), this.#newFrom);
    const now = Date.now();
    const context: ItemContext = {
      desk: this.desk,
      entries: log.entries,
      now,
      ours: this.getAttribute("ours") === "start" ? "start" : "end",
      nameOfVisitor: this.getAttribute("visitor") ?? "",
    };
    const nodes = items.map((item) => this.#nodeOf(item, context));
    const keys = new Set(items.map((item) => item.key));
    for (const key of this.#views.keys()) if (!keys.has(key)) this.#views.delete(key);
    this.#showTyping(feed, now);
    this.#older.hidden = !log.hasOlder;
    arrange(this.#thread, [this.#older, ...nodes, this.#typing]);
  }

  #nodeOf(item: ThreadItem | Divider, context: ItemContext): HTMLElement {
    const view = this.#views.get(item.key) ?? new ThreadItemView(item.kind, this.#conversation, this.desk);
    this.#views.set(item.key, view);
    view.show(item, context);
    return view.node;
  }

  #showTyping({ log }: LogFeed, now: number): void {
    const { workspace, texts } = this.desk;
    const others = log.typists(now).filter((by) => by.kind !== "agent" || by.id !== workspace.account);
    const names = others.map((by) => by.kind === "visitor" ? this.getAttribute("visitor") ?? "" : by.name ?? "");
    this.#typing.hidden = names.length === 0;
    const words = names.length > 1
      ? texts.say("thread.severalType", { names })
      : texts.say("thread.types", { name: names[0] ?? "" });
    this.#typing.children[1]?.replaceChildren(names.length === 0 ? "" : words);
    const isVisitor = others.some((by) => by.kind === "visitor");
    setText(this.#typed, isVisitor ? workspace.typedIn(this.#conversation) : "");
  }

  // Where the reader is.

  #place(): void {
    this.#isPlaced = true;
    const bookmark = this.desk.bookmarks.get(this.#conversation);
    const divider = this.#thread.querySelector(".divider");
    if (divider !== null) {
      bringToMiddle(divider, this.#scroll);
    } else if (bookmark !== undefined && bookmark.fromEnd > footPixels) {
      this.#scroll.scrollTop = this.#scroll.scrollHeight - this.#scroll.clientHeight - bookmark.fromEnd;
    } else {
      this.#toFoot();
    }
    this.#isAtFoot = this.#fromEnd() <= footPixels;
    this.#room = this.#measuredRoom();
  }

  #scrolled(): void {
    if (!this.#isPlaced) return;
    // The room changed, not the reader's mind: who was at the foot stays there.
    if (this.#isAtFoot && this.#room !== this.#measuredRoom()) return this.#toFoot();
    this.#isAtFoot = this.#fromEnd() <= footPixels;
    if (this.#isAtFoot) this.#missed = 0;
    if (this.#scroll.scrollTop < headPixels) void this.#fetchOlder();
    this.#showPill();
    this.#look();
  }

  #fromEnd(): number {
    return this.#scroll.scrollHeight - this.#scroll.clientHeight - this.#scroll.scrollTop;
  }

  #toFoot(): void {
    this.#isAtFoot = true;
    this.#missed = 0;
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#room = this.#measuredRoom();
  }

  #measuredRoom(): string {
    return `${this.#scroll.scrollHeight} ${this.#scroll.clientHeight}`;
  }

  #arrived(entry: Entry): void {
    if (entry.event !== "MessageSent" || entry.by.id === this.desk.workspace.account) return;
    if (!this.#isAtFoot) this.#missed += 1;
    // Nobody is looking: what comes from here on is what they missed.
    if (!isLookedAt() && this.#newFrom === null && entry.by.kind === "visitor") this.#newFrom = entry.n;
  }

  #showPill(): void {
    const { texts } = this.desk;
    this.#pill.hidden = this.#isAtFoot;
    const words = this.#missed === 0 ? texts.say("thread.toNewest") : texts.count("thread.missed", this.#missed);
    if (this.#pill.getAttribute("aria-label") === words && this.#pill.childElementCount > 0) return;
    setAttributes(this.#pill, { "aria-label": words });
    this.#pill.replaceChildren(...(this.#missed === 0 ? [] : [words]), icon(down));
  }

  /** Seen is what was in view of a page that is visible and has the focus; the feed tells it only for those who joined. */
  #look(): void {
    if (!isLookedAt() || this.#feed === null || !this.#isPlaced) return;
    const { log } = this.#feed;
    this.#feed.markSeen(this.#isAtFoot ? log.head : this.#lastInView());
  }

  #lastInView(): number {
    const edge = this.#scroll.getBoundingClientRect().bottom;
    const bubbles = [...this.#thread.querySelectorAll<HTMLElement>("[data-n]")];
    const last = bubbles.findLast((bubble) => bubble.getBoundingClientRect().top < edge);
    return Number(last?.dataset["n"] ?? 0);
  }

  async #fetchOlder(): Promise<void> {
    const feed = this.#feed;
    const before = feed?.log.entries[0]?.n;
    if (feed === null || before === undefined || !feed.log.hasOlder || this.#isFetching) return;
    this.#isFetching = true;
    setAttributes(this.#older, { "aria-busy": "true" });
    try {
      feed.log.prepend(await fetchEntries(this.#conversation, before, this.desk.frame?.token ?? null, this.#signal));
      this.#hasPrepended = true;
      this.renderSoon();
    } catch {
      // The button stays, and scrolling on tries again.
    }
    this.#isFetching = false;
    setAttributes(this.#older, { "aria-busy": false });
  }
}

async function fetchEntries(
  conversation: string,
  before: number,
  token: string | null,
  signal: AbortSignal | null,
): Promise<OlderEntries> {
  const address = `/api/v1/chats/${encodeURIComponent(conversation)}/entries?before=${before}&limit=${pageOfEntries}`;
  const authorization = token === null ? {} : { Authorization: `Bearer ${token}` };
  const answer = await fetch(address, { headers: { Accept: "application/json", ...authorization }, signal });
  if (!answer.ok) throw new Error(`older entries: ${answer.status}`);
  return await answer.json() as OlderEntries;
}

function skeletons(): HTMLElement[] {
  return ["start", "end", "start"].map((side) =>
    make("div", {
      class: "bubble skeleton",
      "data-shape": "bubble",
      "data-side": side,
      "data-first": true,
      "aria-hidden": "true",
    })
  );
}
