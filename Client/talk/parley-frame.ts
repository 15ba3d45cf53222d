// The page in a frame of somebody else's website (docs/embedding.md): it asks the website who is there, changes the token that it is given for
// a session, and shows a customer their thread and an expert their desk. Token and session are held by this page alone.
// Attributes: `site` (the widget key), `origins` of the website, `talk` and `console` (the modules of the two), `alert-icon`, `texts`.

import { make, setAttributes } from "../elements/make.ts";
import { makeButton } from "../elements/buttons.ts";
import { readPageData } from "../elements/page-data.ts";
import { type Catalogue, Texts } from "../elements/texts.ts";
import { type Frame, type FrameEvent, type FrameState, newsOf, readHostWord } from "../live/frame.ts";
import type { Refused } from "../live/wire.ts";

interface Opened {
  readonly token: string;
  readonly expires: number;
  readonly role: "customer" | "expert";
  readonly account: string;
  readonly language: string;
  readonly direction: string;
  readonly alerts: string;
  /** Of a customer. */
  readonly thread?: { readonly conversation: string; readonly key: string };
  readonly configuration: unknown;
  readonly texts: unknown;
}

/** A session that only goes on has no more than its new end. */
type Answer = Opened | { readonly expires: number };

const sessionAddress = "/api/v1/embed/session";
const codesAddress = "/api/v1/embed/codes";
/** So long before its end a session asks for more. */
const renewMilliseconds = 5 * 60_000;

/** Whom a token asks for; whether it is a good one, the server says. */
function expertIn(token: string): string | null {
  try {
    const claims: unknown = JSON.parse(atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")));
    return typeof claims === "object" && claims !== null && "expert" in claims ? String(claims.expert) : null;
  } catch {
    return null;
  }
}

class ParleyFrame extends HTMLElement {
  readonly #stopping = new AbortController();
  #texts = new Texts({}, "en");
  #session: Opened | null = null;
  #told: FrameState = { unread: 0, runs: false };
  #timer = 0;
  /** Whom the token of the website named. */
  #expert: string | null = null;
  /** Where the website is: known from its first word. */
  #host: string | null = null;

  connectedCallback(): void {
    this.#texts = new Texts(readPageData<Catalogue>(this.#say("texts"), {}), document.documentElement.lang || "en");
    if (parent === self) return this.#show("alone");
    const { signal } = this.#stopping;
    this.#show("waiting");
    addEventListener("message", (event) => this.#heard(event), { signal });
    this.addEventListener("click", (event) => this.#click(event), { signal });
    const size = new ResizeObserver(() =>
      this.#tell({ type: "parley:height", height: document.documentElement.scrollHeight })
    );
    size.observe(document.documentElement);
    signal.addEventListener("abort", () => size.disconnect());
    this.#tell({ type: "parley:ready" });
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
    this.#stopping.abort();
  }

  #say(attribute: string): string {
    return this.getAttribute(attribute) ?? "";
  }

  get #origins(): readonly string[] {
    return this.#say("origins").split(" ").filter((origin) => origin !== "");
  }

  // Between the website and this page.

  #heard(event: MessageEvent): void {
    if (event.source !== parent || !this.#origins.includes(event.origin)) return;
    const word = readHostWord(event.data);
    if (word === null) return;
    this.#host = event.origin;
    if (word.type === "parley:token") void this.#take(word.token);
    else void this.#signOut();
  }

  /** Nobody but the website hears it: as long as it has not spoken, whichever of its origins is there. */
  #tell(event: FrameEvent): void {
    for (const origin of this.#host === null ? this.#origins : [this.#host]) parent.postMessage(event, origin);
  }

  #askForToken(reason: string): void {
    this.#tell({ type: "parley:needsToken", reason });
  }

  // The session.

  async #take(token: string): Promise<void> {
    // Somebody else is asked for: the thread that is on the screen is not theirs.
    const expert = expertIn(token);
    if (this.#session !== null && expert !== this.#expert) {
      await this.#post(`${sessionAddress}/end`, {});
      this.#forget();
    }
    this.#expert = expert;
    const answer = await this.#exchange(token);
    if (answer === null) return this.#fail(this.#texts.say("failed"), "unreachable");
    if ("reason" in answer) return this.#fail(answer.text, answer.reason);
    this.#renewAt(answer.expires);
    if (!("token" in answer)) return;
    this.#session = answer;
    await this.#build(answer);
  }

  /** A session that is over by now is begun anew: its token was refused before the website's was looked at. */
  async #exchange(token: string): Promise<Answer | Refused | null> {
    const answer = await this.#post<Answer>(sessionAddress, { site: this.#say("site"), token });
    if (answer === null || !("reason" in answer) || answer.reason !== "tokenInvalid") return answer;
    this.#session = null;
    return await this.#post<Answer>(sessionAddress, { site: this.#say("site"), token });
  }

  async #signOut(): Promise<void> {
    if (this.#session !== null) await this.#post(`${sessionAddress}/end`, {});
    this.#forget();
    this.#show("over");
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#session = null;
    this.#note({ unread: 0, runs: false });
  }

  /** What is on the screen stays where a session only wanted more time. */
  #fail(text: string, reason: string): void {
    if (this.#session === null) this.#showText(text, reason);
    else this.#renewAt(Date.now() + renewMilliseconds + 30_000);
  }

  #renewAt(expires: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.#askForToken("ends"),
      Math.max(1_000, expires - Date.now() - renewMilliseconds),
    );
  }

  async #post<Value>(address: string, body: unknown): Promise<Value | Refused | null> {
    const authorization = this.#session === null ? {} : { Authorization: `Bearer ${this.#session.token}` };
    try {
      const answer = await fetch(address, {
        method: "POST",
        credentials: "omit",
        headers: { "Content-Type": "application/json", Accept: "application/json", ...authorization },
        body: JSON.stringify(body),
      });
      return answer.status === 204 ? null : await answer.json() as Value | Refused;
    } catch {
      return null;
    }
  }

  // What stands in the frame.

  async #build(opened: Opened): Promise<void> {
    setAttributes(document.documentElement, { lang: opened.language, dir: opened.direction });
    const isDesk = opened.thread === undefined;
    await import(this.#say(isDesk ? "console" : "talk"));
    this.replaceChildren(
      ...isDesk
        ? data({ texts: opened.texts, boot: { language: opened.language } })
        : data({ configuration: opened.configuration, "deal-texts": opened.texts }),
    );
    const element = isDesk ? this.#desk(opened) : this.#talk(opened);
    Object.assign(element, { frame: this.#frame() });
    this.append(isDesk ? element : make("main", {}, element));
  }

  #desk({ alerts }: Opened): HTMLElement {
    return make("parley-console" as "div", { alerts, "alert-icon": this.#say("alert-icon") });
  }

  #talk({ thread, account, alerts }: Opened): HTMLElement {
    return make("parley-talk" as "div", {
      site: this.#say("site"),
      key: thread?.key ?? "",
      conversation: thread?.conversation ?? "",
      configuration: "configuration",
      texts: "deal-texts",
      wallet: account,
      alerts,
      "alert-icon": this.#say("alert-icon"),
    });
  }

  #frame(): Frame {
    const { token } = this.#session ?? { token: "" };
    return {
      token,
      visit: (address) => void this.#visit(address),
      tell: (state) => this.#note(state),
      end: () => {
        // An end of an older session, of which the page has let go already.
        if (this.#session?.token !== token) return;
        this.#forget();
        this.#askForToken("over");
      },
    };
  }

  #note(state: FrameState): void {
    for (const event of newsOf(this.#told, state)) this.#tell(event);
    this.#told = state;
  }

  #show(words: "alone" | "waiting" | "over"): void {
    this.replaceChildren(make("p", { class: "frame-word", role: "status" }, this.#texts.say(words)));
  }

  #showText(text: string, reason: string): void {
    const again = makeButton(this.#texts.say("again"));
    again.onclick = () => {
      this.#show("waiting");
      this.#askForToken(reason);
    };
    this.replaceChildren(make("div", { class: "frame-word" }, make("p", { role: "alert" }, text), again));
  }

  // Out of the frame.

  #click(event: Event): void {
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    if (!(link instanceof HTMLAnchorElement) || link.origin !== location.origin || link.hasAttribute("download")) {
      return;
    }
    const path = link.pathname + link.search;
    if (!/^\/(buy|wallet|earnings)\b/.test(path)) return;
    event.preventDefault();
    void this.#visit(path);
  }

  /** The window opens with the press itself, which a browser lets through; the code for it comes after. */
  async #visit(path: string): Promise<void> {
    const opened = open("", "_blank");
    // Paying leads back to no page of the frame's.
    const code = await this.#post<{ readonly address: string }>(codesAddress, { path: path.split("?")[0] });
    if (code === null || "reason" in code || opened === null) return opened?.close();
    opened.opener = null;
    opened.location.replace(new URL(code.address, location.href));
  }
}

/** What the elements read from their page. */
function data(values: Record<string, unknown>): HTMLElement[] {
  return Object.entries(values).map(([id, value]) =>
    make("script", { type: "application/json", id }, JSON.stringify(value))
  );
}

customElements.define("parley-frame", ParleyFrame);
