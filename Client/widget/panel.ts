// The panel of the widget: fetched on intent, built once, minimised rather than taken away. Its parts are in the files beside it.

import { make, setText } from "../elements/make.ts";
import { Texts } from "../elements/texts.ts";
import { makeClosing } from "./closing.ts";
import { makeComposer } from "./composer.ts";
import { type Config, fetchConfig } from "./config.ts";
import { Draft } from "./draft.ts";
import { makeHead } from "./head.ts";
import launcherStyles from "./launcher.css.ts";
import { makeLeadForm } from "./lead-form.ts";
import panelStyles from "./panel.css.ts";
import type { Part, WritingPart } from "./part.ts";
import type { Scene } from "./scene.ts";
import { storageOf } from "./storage.ts";
import { Thread } from "./thread.ts";
import { Times } from "./times.ts";
import { Tone } from "./tone.ts";
import { followViewport } from "./viewport.ts";
import { VisitorChat } from "./visitor-chat.ts";
import type { Mount, Panel, Widget } from "./widget.ts";

/** A line that is back sooner was never missed. */
const lostAfterMilliseconds = 2_000;

export const mount: Mount = (widget, restore) => new ChatPanel(widget, restore);

class ChatPanel implements Panel {
  readonly #widget: Widget;
  readonly #chat: VisitorChat;
  readonly #tone = new Tone();
  readonly #stopping = new AbortController();
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
      page: () => ({ url: location.href, title: document.title }),
      storage: storageOf("localStorage"),
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

  #minimise(): void {
    this.#setOpen(false);
    // Only what is visible takes the focus.
    this.#showLauncher();
    this.#widget.launcher.focus();
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
        this.#view = new View(this.#sceneOf(await fetchConfig(this.#widget)), this.#widget, {
          minimise: () => this.#minimise(),
          seen: () => this.#markSeen(),
          signal: this.#stopping.signal,
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

  #sceneOf(config: Config): Scene {
    const { language } = config.site;
    const draft = new Draft(`parley.draft.${this.#widget.site}`, this.#session);
    return { chat: this.#chat, config, texts: new Texts(config.texts, language), times: new Times(language), draft };
  }

  #listen(): void {
    const { signal } = this.#stopping;
    this.#chat.on("changed", () => this.#render());
    this.#chat.on("heard", () => this.#sound());
    this.#chat.on("ended", ({ why, text }) => {
      const texts = this.#view?.scene.texts;
      const said = why === "outdated" ? texts?.say("connection.outdated") : text || texts?.say("connection.notAllowed");
      this.#view?.say(said ?? "");
    });
    for (const name of ["focus", "visibilitychange"]) addEventListener(name, () => this.#markSeen(), { signal });
    addEventListener("pagehide", () => this.#chat.stop(), { signal });
    addEventListener("pageshow", (event) => event.persisted && this.#isStarted && this.#chat.start(), { signal });
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
    const isLost = this.#isStarted && !this.#chat.isConnected;
    if (!isLost) {
      clearTimeout(this.#lostTimer);
      this.#lostTimer = undefined;
      this.#view?.showLost(false);
    } else {
      this.#lostTimer ??= setTimeout(() => this.#view?.showLost(!this.#chat.isConnected), lostAfterMilliseconds);
    }
  }

  #markSeen(): void {
    const isWatched = this.#isOpen && !document.hidden && document.hasFocus();
    if (isWatched && this.#view?.isAtEnd && this.#chat.unread > 0) this.#chat.markSeen();
  }

  #sound(): void {
    const isWatched = this.#isOpen && !document.hidden && document.hasFocus();
    if (!isWatched) this.#tone.play();
  }
}

interface ViewActions {
  minimise(): void;
  seen(): void;
  readonly signal: AbortSignal;
}

/** What is on the screen. A host of its own inside the launcher's, so that neither's styles reach the other. */
class View {
  readonly scene: Scene;
  readonly #panel: HTMLElement;
  readonly #head: Part;
  readonly #notice = make("p", { class: "notice", role: "status", hidden: true });
  readonly #thread: Thread;
  readonly #form: WritingPart;
  readonly #composer: WritingPart;
  readonly #closing: HTMLElement;
  #isLost = false;
  #said = "";
  /** The panel was opened before it was known what stands in it. */
  #wantsFocus = false;

  constructor(scene: Scene, { root, hue }: Widget, actions: ViewActions) {
    this.scene = scene;
    const { site } = scene.config;
    this.#head = makeHead(scene, actions.minimise, () => this.#close(actions.minimise));
    this.#thread = new Thread(scene, actions.seen, actions.signal);
    this.#form = makeLeadForm(scene);
    this.#composer = makeComposer(scene, () => this.#thread.toEnd());
    this.#closing = makeClosing(scene, () => this.#asked());
    const parts = [this.#form.element, this.#composer.element, this.#closing];
    const attributes = { class: "panel", role: "dialog", "aria-labelledby": "title", tabindex: -1, hidden: true };
    this.#panel = make("section", { ...attributes, lang: site.language, dir: site.direction });
    this.#panel.append(
      this.#head.element,
      this.#notice,
      this.#thread.element,
      make("div", { class: "foot" }, ...parts),
    );
    this.#panel.onkeydown = (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.stopPropagation();
      if (this.#closing.hidden) actions.minimise();
      else this.#asked();
    };
    const host = make("parley-panel" as "div", { "data-position": site.position });
    const inner = host.attachShadow({ mode: "open" });
    addStyles(inner, `${panelStyles}:host{--hue:${Number(hue)}}`);
    followViewport(inner, actions.signal);
    inner.append(this.#panel);
    root.append(host);
  }

  get isAtEnd(): boolean {
    return this.#thread.isAtEnd;
  }

  show(isOpen: boolean): void {
    const { mode } = this.scene.chat;
    const wasHidden = this.#panel.hidden;
    const wasInForm = this.#form.element.matches(":focus-within");
    this.#panel.hidden = !isOpen;
    this.#form.element.hidden = mode !== "form" && mode !== "offlineForm";
    this.#composer.element.hidden = mode !== "write";
    this.#head.show();
    this.#form.show();
    this.#composer.show();
    this.#thread.show();
    if (wasHidden && isOpen && this.#thread.isAtEnd) this.#thread.toEnd();
    this.#showNotice();
    if (this.#wantsFocus && isOpen && mode !== "loading") this.focus();
    // The form that was sent takes the focus with it; what comes next is writing.
    if (wasInForm && mode === "write") this.#composer.focus();
  }

  /** On a touch screen the keyboard would cover what is there to be read first. */
  focus(): void {
    const { mode } = this.scene.chat;
    this.#wantsFocus = mode === "loading";
    if (matchMedia("(pointer: coarse)").matches || mode === "loading") this.#panel.focus();
    else if (mode === "write") this.#composer.focus();
    else this.#form.focus();
  }

  showLost(isLost: boolean): void {
    this.#isLost = isLost;
    this.#showNotice();
  }

  /** Something that stays: the line will not come back by itself. */
  say(text: string): void {
    this.#said = text;
    this.#showNotice();
  }

  #showNotice(): void {
    const text = this.#said || (this.#isLost ? this.scene.texts.say("connection.lost") : "");
    setText(this.#notice, text);
    this.#notice.hidden = text === "";
  }

  #close(minimise: () => void): void {
    if (!this.scene.chat.isUnwritten) {
      this.#closing.hidden = false;
      return this.#closing.querySelector("button")?.focus();
    }
    // Nothing was said yet, so there is nothing to ask.
    void this.scene.chat.close();
    minimise();
  }

  #asked(): void {
    this.#closing.hidden = true;
    this.focus();
  }
}

function addStyles(root: ShadowRoot, text: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  root.adoptedStyleSheets.push(sheet);
}
