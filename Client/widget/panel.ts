// The panel of the widget: fetched on intent, built once, minimised rather than taken away. Its parts are in the files beside it.

import { isLookedAt } from "../elements/looking.ts";
import { Texts } from "../elements/texts.ts";
import { Times } from "../elements/times.ts";
import { fetchConfig } from "./config.ts";
import { Draft } from "./draft.ts";
import launcherStyles from "./launcher.css.ts";
import type { Scene } from "./scene.ts";
import { storageOf } from "./storage.ts";
import { addStyles, makeView, type View } from "./view.ts";
import { VisitorChat } from "./visitor-chat.ts";
import type { Mount, Panel, Widget } from "./widget.ts";

/** A line that is back sooner was never missed. */
const lostAfterMilliseconds = 2_000;
/** The first line takes its time where the way is long, and nothing was lost. */
const slowAfterMilliseconds = 6_000;

export const mount: Mount = (widget, restore) => new ChatPanel(widget, restore);

class ChatPanel implements Panel {
  readonly #widget: Widget;
  readonly #chat: VisitorChat;
  readonly #session = storageOf("sessionStorage");
  readonly #stateKey: string;
  #view: View | null = null;
  #isOpen = false;
  #isStarted = false;
  #isLoading = false;
  #isRendering = false;
  #lostTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(widget: Widget, restore: boolean) {
    this.#widget = widget;
    this.#stateKey = `parley.panel.${widget.site}`;
    const { origin, site, key, language } = widget;
    this.#chat = new VisitorChat({
      origin,
      site,
      key,
      language,
      page: () => ({ url: location.href.slice(0, 4e3), title: document.title }),
      storage: storageOf("localStorage"),
      box: `parley.outbox.${site}`,
      // Only where the page is served safely.
      locks: (navigator as { readonly locks?: LockManager }).locks ?? null,
      network: window,
    });
    addStyles(widget.root, launcherStyles);
    this.#listen();
    if (!restore) return;
    this.#isOpen = this.#session?.getItem(this.#stateKey) === "open";
    void this.#start();
  }

  open(): void {
    this.#setOpen(true);
    this.#chat.wish();
    void this.#start().then(() => this.#view?.focus());
  }

  moved(page: { url: string; title: string }): void {
    this.#chat.moved(page);
  }

  #setOpen(isOpen: boolean): void {
    this.#isOpen = isOpen;
    try {
      this.#session?.setItem(this.#stateKey, isOpen ? "open" : "minimised");
    } catch {
      // The next page then begins minimised.
    }
    this.#render();
  }

  /** Texts first, then the line: without texts there is nothing to show, and the next press tries again. */
  async #start(): Promise<void> {
    if (this.#isLoading) return;
    if (this.#view === null) {
      this.#isLoading = true;
      this.#widget.launcher.ariaBusy = "true";
      try {
        const config = await fetchConfig(this.#widget);
        const { language } = config.site;
        const scene: Scene = {
          chat: this.#chat,
          config,
          texts: new Texts(config.texts, language),
          times: new Times(language),
          draft: new Draft(`parley.draft.${this.#widget.site}`, this.#session),
        };
        this.#view = makeView(scene, this.#widget, {
          minimise: () => {
            this.#setOpen(false);
            // Only what is visible takes the focus.
            this.#showLauncher();
            this.#widget.launcher.focus();
          },
          seen: () => this.#markSeen(),
          // It lives as long as its page.
          signal: new AbortController().signal,
        });
      } catch {
        this.#isOpen = false;
        return;
      } finally {
        this.#isLoading = false;
        this.#widget.launcher.ariaBusy = null;
      }
    }
    if (!this.#isStarted) this.#chat.start();
    this.#isStarted = true;
    this.#render();
  }

  #listen(): void {
    this.#chat.on("changed", () => this.#render());
    this.#chat.on("heard", () => this.#isWatched || this.#view?.scene.talking?.playTone());
    this.#chat.on("ended", ({ why, text }) => {
      const texts = this.#view?.scene.texts;
      const said = why === "outdated" ? texts?.say("connection.outdated") : text || texts?.say("connection.notAllowed");
      this.#view?.say(said ?? "");
    });
    for (const name of ["focus", "visibilitychange"]) addEventListener(name, () => this.#markSeen());
    addEventListener("pagehide", () => this.#chat.stop());
    addEventListener("pageshow", (event) => event.persisted && this.#isStarted && this.#chat.start());
  }

  /** Changes come in bursts; one turn of the page draws them together. */
  #render(): void {
    if (this.#isRendering) return;
    this.#isRendering = true;
    queueMicrotask(() => {
      this.#isRendering = false;
      this.#view?.show(this.#isOpen);
      this.#showLauncher();
      this.#watchLine();
      this.#markSeen();
    });
  }

  #showLauncher(): void {
    const { launcher } = this.#widget;
    const texts = this.#view?.scene.texts;
    if (texts === undefined) return;
    const { unread } = this.#chat;
    launcher.ariaExpanded = String(this.#isOpen);
    if (unread > 0) launcher.dataset["unread"] = unread > 99 ? "99+" : String(unread);
    else delete launcher.dataset["unread"];
    const label = launcher.textContent ?? "";
    launcher.ariaLabel = unread > 0 ? texts.count("launcher.unread", unread, { label }) : label;
  }

  #watchLine(): void {
    if (!this.#isStarted || this.#chat.isConnected) {
      clearTimeout(this.#lostTimer);
      this.#lostTimer = undefined;
      this.#view?.showLost(false);
    } else {
      // What the browser knows itself is said at once.
      const wait = navigator.onLine ? this.#chat.log ? lostAfterMilliseconds : slowAfterMilliseconds : 0;
      this.#lostTimer ??= setTimeout(() => this.#view?.showLost(true), wait);
    }
  }

  get #isWatched(): boolean {
    return this.#isOpen && isLookedAt();
  }

  #markSeen(): void {
    if (this.#isWatched && this.#view?.isAtEnd() && this.#chat.unread > 0) this.#chat.markSeen();
  }
}
