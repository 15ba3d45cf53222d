// A thread on a page of Parley's own, where a letter's link or the list of one's own conversations led: the parts of the widget's panel,
// without a website around them. Attributes: `site` (the widget key), `key` (the signed link), `conversation`, and `configuration`, the
// id of the element that carries what the widget would fetch. A thread with an expert has `texts`, the id of the element with the texts of
// its deal, and where it is known whose page this is `wallet`, the account whose balance is shown. `alerts` names what calls its reader and how,
// `alert-icon` the icon that does.

import { makeButton } from "../elements/buttons.ts";
import { isLookedAt } from "../elements/looking.ts";
import { make, setText } from "../elements/make.ts";
import { readPageData } from "../elements/page-data.ts";
import { type Catalogue, Texts } from "../elements/texts.ts";
import { Times } from "../elements/times.ts";
import type { Frame } from "../live/frame.ts";
import { makeComposer } from "../widget/composer.ts";
import type { Config } from "../widget/config.ts";
import { Draft } from "../widget/draft.ts";
import { makeHead } from "../widget/head.ts";
import panelStyles from "../widget/panel.css.ts";
import type { Scene } from "../widget/scene.ts";
import { storageOf } from "../widget/storage.ts";
import { beginTalking } from "../widget/talking.ts";
import { makeThread } from "../widget/thread.ts";
import { makeTyping } from "../widget/typing.ts";
import { VisitorChat } from "../widget/visitor-chat.ts";
import { readWishes } from "../elements/alert-wishes.ts";
import dealStyles from "./deal.css.ts";
import { makePaid, type Paid } from "./paid.ts";
import pageStyles from "./talk.css.ts";

/** The close code of a line whose session is over (docs/protocol.md). */
const notSignedIn = 4401;
const lostAfterMilliseconds = 2_000;
/** The first line takes its time where the way is long, and nothing was lost. */
const slowAfterMilliseconds = 6_000;

class ParleyTalk extends HTMLElement {
  readonly #stopping = new AbortController();
  #stop = (): void => {};
  #shows: (() => void) | null = null;
  /** Given before it is connected, where it stands in a frame of somebody else's website. */
  frame: Frame | null = null;

  connectedCallback(): void {
    if (this.#shows !== null) return;
    const config = readPageData<Config | null>(this.#say("configuration"), null);
    if (config === null) return;
    this.style.setProperty("--hue", String(config.site.hue));
    this.#begin(config);
  }

  #say(attribute: string): string {
    return this.getAttribute(attribute) ?? "";
  }

  disconnectedCallback(): void {
    this.#stopping.abort();
    this.#stop();
  }

  #begin(config: Config): void {
    const { signal } = this.#stopping;
    const { language } = config.site;
    const [site, key, conversation] = [this.#say("site"), this.#say("key"), this.#say("conversation")];
    const { origin } = location;
    const chat = new VisitorChat({
      origin,
      site,
      key,
      language,
      // The address of this page is a key, and nobody else's to see.
      page: () => ({ url: origin, title: document.title }),
      storage: this.#storage("localStorage"),
      box: `parley.outbox.${site}.${conversation}`,
      locks: this.frame === null ? (navigator as { readonly locks?: LockManager }).locks ?? null : null,
      network: window,
    });
    const draft = new Draft(`parley.draft.${site}.${conversation}`, this.#storage("sessionStorage"));
    const texts = new Texts(config.texts, language);
    const free: Scene = { chat, config, texts, times: new Times(language), draft };
    const playTone = (): void => scene.talking?.playTone();
    const paid = this.#pay(free, playTone, signal);
    const scene: Scene = paid === null ? free : { ...free, sayLine: paid.sayLine };
    const show = this.#draw(scene, paid, site, key, signal);
    this.#shows = show;
    chat.on("changed", show);
    for (const name of ["focus", "visibilitychange"]) addEventListener(name, show, { signal });
    addEventListener("pagehide", () => chat.stop(), { signal });
    addEventListener("pageshow", (event) => event.persisted && chat.start(), { signal });
    this.#stop = (): void => chat.stop();
    chat.start();
    show();
  }

  /** A frame keeps nothing beyond its page. */
  #storage(name: "localStorage" | "sessionStorage"): Storage | null {
    return this.frame === null ? storageOf(name) : null;
  }

  /** Null in a thread that costs nothing. */
  #pay(scene: Scene, playTone: () => void, signal: AbortSignal): Paid | null {
    const texts = this.#dealTexts(scene);
    if (texts === null) return null;
    const alerts = { wishes: readWishes(this.#say("alerts")), icon: this.#say("alert-icon"), playTone };
    const [account, conversation] = [this.#say("wallet"), this.#say("conversation")];
    return makePaid(scene, { account, texts, conversation, alerts, frame: this.frame }, signal);
  }

  #dealTexts({ config }: Scene): Texts | null {
    if (!this.hasAttribute("texts")) return null;
    return new Texts(readPageData<Catalogue>(this.#say("texts"), {}), config.site.language);
  }

  /** The parts of the panel one below the other; answers what draws them anew. */
  #draw(scene: Scene, paid: Paid | null, site: string, key: string, signal: AbortSignal): () => void {
    const { chat, texts, config } = scene;
    const words = make("span");
    const again = makeButton(texts.say("connection.now"), { "data-size": "small" });
    // Every line of the page tries at once, as when the network comes back.
    again.onclick = () => dispatchEvent(new Event("online"));
    const banner = make("div", { class: "banner", role: "status", hidden: true }, words, again);
    const seen = (): void => {
      if (isLookedAt() && thread.isAtEnd() && chat.unread > 0) chat.markSeen();
    };
    const thread = makeThread(scene, seen, signal);
    const typing = makeTyping(scene);
    const composer = makeComposer(scene, thread.toEnd);
    paid?.watch(composer, thread.element);
    const head = paid ?? makeHead(scene, () => {}, () => scene.talking?.askToClose(() => composer.focus()));
    const panel = make(
      "section",
      {
        class: "panel",
        "data-paid": paid !== null,
        "aria-labelledby": "title",
        tabindex: -1,
        lang: config.site.language,
        dir: config.site.direction,
      },
      head.element,
      banner,
      thread.element,
      typing.element,
      make("div", { class: "foot" }, paid?.bar ?? null, composer.element),
    );
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [panelStyles, pageStyles, ...(paid === null ? [] : [dealStyles])].map((text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      return sheet;
    });
    root.append(panel);
    let said = "";
    let lostSince = 0;
    const showBanner = (): void => {
      if (chat.isConnected) lostSince = 0;
      else lostSince ||= Date.now();
      const wait = chat.log === null ? slowAfterMilliseconds : lostAfterMilliseconds;
      // What the browser knows itself is said at once.
      const isLost = lostSince > 0 && (!navigator.onLine || Date.now() - lostSince >= wait);
      const text = said || (isLost ? texts.say("connection.lost") : "");
      setText(words, text);
      again.hidden = said !== "";
      banner.hidden = text === "";
      if (lostSince > 0 && !isLost) setTimeout(show, wait);
    };
    const show = (): void => {
      // Who pays has an account: there is no form before writing.
      composer.element.hidden = paid === null ? chat.mode !== "write" : chat.mode === "loading";
      for (const part of [typing, composer, thread, head]) part.show();
      showBanner();
      seen();
    };
    const { origin } = location;
    const launcher = document.createElement("button");
    const widget = { origin, site, key, language: config.site.language, root, launcher };
    scene.talking = beginTalking(scene, widget, panel, composer.show, signal);
    const { message } = readWishes(this.#say("alerts"));
    chat.on("heard", () => {
      if (paid !== null) paid.heard();
      else if (message.sound && !isLookedAt()) scene.talking?.playTone();
    });
    chat.on("ended", ({ why, code, text }) => {
      const deal = code === notSignedIn && this.frame === null ? this.#dealTexts(scene) : null;
      said = deal?.say("session.over") ??
        (why === "outdated" ? texts.say("connection.outdated") : text || texts.say("connection.notAllowed"));
      if (deal !== null) banner.append(makeSignIn(deal.say("session.signIn")));
      showBanner();
      if (why === "notAllowed") this.frame?.end();
    });
    return show;
  }
}

/** This page asks for a session before it is shown, and comes back. */
function makeSignIn(label: string): HTMLElement {
  return make("a", { class: "button", "data-size": "small", href: location.href }, label);
}

customElements.define("parley-talk", ParleyTalk);
