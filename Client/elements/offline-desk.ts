import { Connection } from "../live/connection.ts";
import { realClock } from "../live/clock.ts";
import { Outbox } from "../live/outbox.ts";
import { makeButton } from "./buttons.ts";
import { Drafts } from "./drafts.ts";
import { ListTimes } from "./list-times.ts";
import { make } from "./make.ts";
import { OfflineChat } from "./offline-chat.ts";
import type { Kept, KeptChat } from "./shelf.ts";
import { readKept } from "./shell-keeper.ts";
import type { Texts } from "./texts.ts";
import { topicOf } from "./threads.ts";

const reloadedKey = "parley.shell.reloaded";
/** A page that cannot be had although the line is there is not asked for again and again. */
const reloadEveryMilliseconds = 15_000;

/**
 * The console without a connection: what is on its way and what was begun, and where one goes on writing. It sends nothing itself. As
 * soon as there is a line the page of the server takes its place, and finds all of it in the outbox.
 */
export class OfflineDesk {
  readonly node = make("main", { class: "offline" });
  readonly #texts: Texts;
  readonly #opened: string | null;
  readonly #connection: Connection;
  #outbox: Outbox | null = null;

  constructor(texts: Texts, socket: string, opened: string | null) {
    this.#texts = texts;
    this.#opened = opened;
    this.#connection = new Connection({
      address: socket,
      hello: () => ({ do: "hello", protocol: 1 }),
      clock: realClock,
      network: globalThis,
    });
  }

  start(signal: AbortSignal): void {
    const connection = this.#connection;
    connection.on("phase", (phase) => phase === "open" && reload(signal), signal);
    connection.on("ended", () => reload(signal), signal);
    signal.addEventListener("abort", () => this.#stop());
    addEventListener("pagehide", () => this.#stop(), { signal });
    document.title = this.#texts.say("shell.title");
    this.node.replaceChildren(...this.#head());
    void readKept().then((kept) => signal.aborted || this.#show(kept, signal));
    connection.start();
  }

  /** Other pages take over what waits here. */
  #stop(): void {
    this.#outbox?.stop();
    this.#connection.stop();
  }

  #head(): HTMLElement[] {
    const again = makeButton(this.#texts.say("shell.again"), { "data-kind": "primary" });
    again.addEventListener("click", () => location.reload());
    return [
      make("h1", {}, this.#texts.say("shell.title")),
      make("p", {}, this.#texts.say("shell.text")),
      make("div", { class: "buttons" }, again),
    ];
  }

  #show(kept: Kept | null, signal: AbortSignal): void {
    const nothing = make("p", { class: "soft" }, this.#texts.say("shell.nothing"));
    if (kept === null) return this.node.replaceChildren(...this.#head(), nothing);
    const { account } = kept;
    const outbox = this.#outbox = new Outbox({
      connection: this.#connection,
      key: `parley.outbox.${account}`,
      storage: localStorage,
      locks: navigator.locks ?? null,
    });
    const drafts = new Drafts(account, localStorage);
    const times = new ListTimes(this.#texts.language);
    const list = make("div", { class: "chats" });
    const shown = new Map<string, OfflineChat>();
    const add = (chat: KeptChat): OfflineChat => {
      const view = new OfflineChat(chat, { texts: this.#texts, times, outbox, drafts });
      shown.set(topicOf(chat.conversation), view);
      list.append(view.node);
      nothing.hidden = true;
      return view;
    };
    for (const chat of kept.chats) add(chat);
    // Something may wait in a chat that one is in no more; its name is not known here.
    outbox.on("changed", (topic) => {
      const known = shown.get(topic) ?? add({ conversation: topic.slice("chat.".length), name: "", site: "" });
      known.show();
    }, signal);
    this.node.replaceChildren(...this.#head(), nothing, list);
    outbox.start();
    shown.get(topicOf(this.#opened ?? ""))?.open();
  }
}

function reload(signal: AbortSignal): void {
  const before = Number(sessionStorage.getItem(reloadedKey) ?? 0);
  const wait = Math.max(0, Math.min(reloadEveryMilliseconds, before + reloadEveryMilliseconds - Date.now()));
  const cancel = realClock.after(wait, () => {
    sessionStorage.setItem(reloadedKey, String(Date.now()));
    location.reload();
  });
  signal.addEventListener("abort", cancel);
}
