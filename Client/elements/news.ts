import type { VisitorRow } from "../live/wire.ts";
import type { AlertEvent, AlertWishes } from "./alert-wishes.ts";
import { type Call, callForMessage, callForVisitor, callsAgain, type Listener } from "./attention.ts";
import type { Beacon } from "./beacon.ts";
import type { Desk } from "./desk.ts";
import { isLookedAt } from "./looking.ts";
import { showNotice } from "./notices.ts";
import { nameOf, previewOf } from "./row.ts";
import type { Sounds } from "./sounds.ts";
import type { Toasts } from "./toasts.ts";
import { totalsOf } from "./unread.ts";
import { topicOf } from "./threads.ts";

/** The words of a message come on another topic than the news of it. */
const noticeAfterMilliseconds = 250;
/** As long as somebody waits to whom nobody came in time. */
const ringAgainMilliseconds = 30_000;
const noticeCharacters = 160;

export interface Outlets {
  readonly wishes: AlertWishes;
  readonly beacon: Beacon;
  readonly sounds: Sounds;
  readonly toasts: Toasts;
  readonly open: (conversation: string, join: boolean) => void;
}

/** Carries what happens to ears and eyes, as they are wished for: the ring, the tone, notices, toasts, the title and icon of the tab (E30, E31, C18). */
export class News {
  readonly #desk: Desk;
  readonly #outlets: Outlets;

  constructor(desk: Desk, outlets: Outlets, signal: AbortSignal) {
    this.#desk = desk;
    this.#outlets = outlets;
    const { workspace } = desk;
    workspace.on("rows", () => this.#showTitle(), signal);
    workspace.on("visitorJoined", (row) => this.#visitorJoined(row), signal);
    workspace.on("transferred", (row) => this.#transferred(row), signal);
    const timer = setInterval(() => this.#ringAgain(), ringAgainMilliseconds);
    signal.addEventListener("abort", () => clearInterval(timer));
    workspace.on("messageArrived", ({ row, n }) => this.#messageArrived(row, n), signal);
    for (const name of ["focus", "visibilitychange"]) {
      addEventListener(name, () => isLookedAt() && outlets.beacon.rest(), { signal });
    }
  }

  #showTitle(): void {
    const { texts, workspace } = this.#desk;
    const { attention } = totalsOf(workspace.rows.rows.values(), workspace.account);
    this.#outlets.beacon.title = attention === 0
      ? texts.say("title.quiet")
      : texts.say("title.attention", { count: attention });
  }

  #visitorJoined(row: VisitorRow): void {
    // What was left outside of the hours, or while nobody was there, waits without a ring.
    if (row.chat.offline) return;
    const { texts, workspace } = this.#desk;
    const { toasts, open } = this.#outlets;
    const call = callForVisitor(this.#listener(row));
    const title = texts.say("notices.visitorTitle", { name: nameOf(row, this.#desk) });
    this.#call("visitor", call, title);
    if (call.toast) toasts.showVisitor(row, () => open(row.conversation, true));
    if (!call.notice) return;
    const site = workspace.siteOf(row)?.name ?? "";
    this.#notify(row, title, texts.say("notices.visitorText", { site }));
  }

  /** X5: a visitor to whom nobody comes is not rung for once alone. */
  #ringAgain(): void {
    const rows = [...this.#desk.workspace.rows.rows.values()];
    const { sounds, wishes } = this.#outlets;
    if (wishes.visitor.sound && rows.some((row) => callsAgain(row, this.#listener(row)))) sounds.play("ring");
  }

  /** E32: as a visitor who waits, but for this account alone. */
  #transferred(row: VisitorRow): void {
    const { texts, workspace } = this.#desk;
    const { toasts, open } = this.#outlets;
    const call = callForVisitor(this.#listener(row));
    const isTurn = row.chat.transfer?.offered === true;
    const title = texts.say(isTurn ? "notices.turnTitle" : "notices.transferTitle", { name: nameOf(row, this.#desk) });
    this.#call("visitor", call, title);
    if (call.toast) toasts.showVisitor(row, () => open(row.conversation, true));
    if (!call.notice) return;
    this.#notify(row, title, previewOf(row, this.#desk) || (workspace.siteOf(row)?.name ?? ""));
  }

  #messageArrived(row: VisitorRow, n: number): void {
    const { texts, workspace } = this.#desk;
    const call = callForMessage(row, this.#listener(row));
    const site = workspace.siteOf(row)?.name ?? "";
    const title = texts.say("notices.messageTitle", { name: nameOf(row, this.#desk), site });
    this.#call("message", call, title);
    if (!call.notice) return;
    setTimeout(() => this.#notify(row, title, this.#wordsOf(row, n)), noticeAfterMilliseconds);
  }

  /** The tab calls those who look elsewhere. */
  #call(event: AlertEvent, { sound, notice }: Call, words: string): void {
    const { sounds, beacon, wishes } = this.#outlets;
    if (sound !== null && wishes[event].sound) sounds.play(sound);
    if (notice && wishes[event].light && !isLookedAt()) beacon.call(words);
  }

  #listener(row: VisitorRow): Listener {
    const { workspace } = this.#desk;
    return {
      account: workspace.account,
      status: workspace.me?.status ?? "offline",
      mayWrite: workspace.mayWrite(row),
      looks: isLookedAt(),
    };
  }

  #wordsOf(row: VisitorRow, n: number): string {
    const entries = this.#desk.workspace.threads.get(row.conversation)?.log.entries ?? [];
    const entry = entries.findLast((other) => other.n === n);
    const isText = entry?.event === "MessageSent" && entry.body.kind === "text";
    return (isText ? entry.body.text : previewOf(row, this.#desk)).slice(0, noticeCharacters);
  }

  #notify(row: VisitorRow, title: string, body: string): void {
    const { open } = this.#outlets;
    showNotice({ title, body, tag: topicOf(row.conversation), onClick: () => open(row.conversation, false) });
  }
}
