// What is on the screen: the parts of the panel one below the other, and where the focus is.

import { make, setText } from "../elements/make.ts";
import { makeComposer } from "./composer.ts";
import { makeHead } from "./head.ts";
import { makeLeadForm } from "./lead-form.ts";
import panelStyles from "./panel.css.ts";
import type { Scene } from "./scene.ts";
import { makeThread } from "./thread.ts";
import { makeTyping } from "./typing.ts";
import { followViewport } from "./viewport.ts";
import type { Widget } from "./widget.ts";

export interface ViewActions {
  minimise(): void;
  seen(): void;
  readonly signal: AbortSignal;
}

export interface View {
  readonly scene: Scene;
  isAtEnd(): boolean;
  show(isOpen: boolean): void;
  focus(): void;
  showLost(isLost: boolean): void;
  /** Something that stays: the line will not come back by itself. */
  say(text: string): void;
}

/** In a host of its own inside the launcher's, so that neither's styles reach the other. */
export function makeView(scene: Scene, widget: Widget, { minimise, seen, signal }: ViewActions): View {
  const { chat, texts, config: { site } } = scene;
  const banner = make("p", { class: "banner", role: "status", hidden: true });
  const thread = makeThread(scene, seen, signal);
  const typing = makeTyping(scene);
  const form = makeLeadForm(scene);
  const composer = makeComposer(scene, thread.toEnd);
  let behind: HTMLElement[] = [];
  let lost = false;
  let said = "";
  /** The panel was opened before it was known what stands in it. */
  let wantsFocus = false;
  let isFetching = false;

  /** On a touch screen the keyboard would cover what is there to be read first. */
  const focus = (): void => {
    const { mode } = chat;
    wantsFocus = mode === "loading";
    if (matchMedia("(pointer: coarse)").matches || wantsFocus) panel.focus();
    else if (mode === "write") composer.focus();
    else form.focus();
  };

  const close = (): void => {
    if (!chat.isUnwritten) return scene.talking?.askToClose(focus);
    // Nothing was said yet, so there is nothing to ask.
    void chat.close();
    minimise();
  };

  const showBanner = (): void => {
    const text = said || (lost ? texts.say("connection.lost") : "");
    setText(banner, text);
    banner.hidden = text === "";
  };

  const head = makeHead(scene, minimise, close);
  const foot = make("div", { class: "foot" }, form.element, composer.element);
  const panel = make(
    "section",
    {
      class: "panel",
      role: "dialog",
      "aria-labelledby": "title",
      tabindex: -1,
      hidden: true,
      lang: site.language,
      dir: site.direction,
    },
    head.element,
    banner,
    thread.element,
    typing.element,
    foot,
  );
  panel.onkeydown = (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    if (!scene.talking?.isAskedToClose()) minimise();
  };
  const host = make("parley-panel" as "div", { "data-position": site.position });
  const inner = host.attachShadow({ mode: "open" });
  addStyles(inner, panelStyles);
  followViewport(inner, signal);
  inner.append(panel);
  widget.root.append(host);

  /** Where the panel fills the screen, what is behind it can be neither reached nor scrolled. */
  const phone = matchMedia("(width < 480px)");
  const { style } = document.documentElement;
  let scrolling = style.overflow;
  const standAlone = (): void => {
    const isAlone = phone.matches && !panel.hidden;
    if (isAlone === (panel.ariaModal === "true")) return;
    panel.ariaModal = `${isAlone}`;
    // What the website itself made inert stays so.
    if (isAlone) behind = [...document.querySelectorAll<HTMLElement>("body > :not(parley-widget, [inert])")];
    for (const other of behind) other.inert = isAlone;
    [scrolling, style.overflow] = [style.overflow, isAlone ? "hidden" : scrolling];
  };
  phone.onchange = standAlone;

  /** When it cannot be fetched, the next change tries again. */
  const talk = async (): Promise<void> => {
    isFetching = true;
    const module = await import("./talking.ts").catch(() => null);
    isFetching = false;
    if (module === null) return;
    scene.talking = module.beginTalking(scene, widget, panel, composer.show, signal);
    thread.show();
  };

  return {
    scene,
    isAtEnd: thread.isAtEnd,
    focus,
    show(isOpen): void {
      const { mode } = chat;
      const wasHidden = panel.hidden;
      const wasInForm = form.element.matches(":focus-within");
      panel.hidden = !isOpen;
      standAlone();
      form.element.hidden = mode !== "form" && mode !== "offlineForm";
      composer.element.hidden = mode !== "write";
      for (const part of [head, typing, form, composer, thread]) part.show();
      if (wasHidden && isOpen && thread.isAtEnd()) thread.toEnd();
      showBanner();
      if (mode === "write" && !scene.talking && !isFetching) void talk();
      if (wantsFocus && isOpen && mode !== "loading") focus();
      // The form that was sent takes the focus with it; what comes next is writing.
      if (wasInForm && mode === "write") composer.focus();
    },
    showLost(isLost): void {
      lost = isLost;
      showBanner();
    },
    say(text): void {
      said = text;
      // Nothing can be sent any more.
      foot.hidden = true;
      showBanner();
    },
  };
}

export function addStyles(root: ShadowRoot, text: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  root.adoptedStyleSheets.push(sheet);
}
