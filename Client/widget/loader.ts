// The snippet of a website loads this file: it counts the visit and draws one button. Everything else comes with intent.
// It runs in a page that is not ours: it throws nothing, writes nothing but one cookie, and when Parley is down it draws nothing.

import { makeLauncher } from "./launcher.ts";
import { keepKey } from "./visitor-key.ts";
import type { Mount, Panel, ViewAnswer, Widget } from "./widget.ts";

type Code = Promise<{ mount: Mount }>;

const beatMilliseconds = 15_000;
const loaded = Symbol.for("parley");

const script = document.currentScript as HTMLScriptElement | null;
const site = script?.dataset.site;
// A page that carries the snippet twice still has one widget.
if (site && !Reflect.has(window, loaded)) {
  Reflect.set(window, loaded, 1);
  start(new URL(script.src).origin, site, keepKey(script.dataset.cookies));
}

function start(origin: string, site: string, key: string): void {
  const { language } = navigator;
  const host = document.createElement("parley-widget");
  let answer: ViewAnswer | undefined;
  let widget: Widget | undefined;
  let code: Code | undefined;
  let panel: Panel | undefined;
  let place = "";
  let shown = 0;
  let shownSince = 0;

  // The key is in the body and a text goes as text/plain: so there is no preflight.
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${origin}/api/v1/widget/${site}/${path}`, {
      method: "POST",
      body: JSON.stringify({ key, ...body }),
      credentials: "omit",
      keepalive: true,
    });

  const measure = (): void => {
    if (shownSince) shown += performance.now() - shownSince;
    shownSince = document.hidden ? 0 : performance.now();
  };

  const beat = (): void => {
    measure();
    if (answer) post("beats", { view: answer.view, seconds: Math.round(shown / 1000) }).catch(nothing);
  };

  const view = async (): Promise<void> => {
    const referrer = place || document.referrer;
    const page = { url: place = here(), title: document.title };
    answer = undefined;
    shown = shownSince = 0;
    measure();
    panel?.moved(page);
    const response = await post("views", { ...page, referrer, language });
    if (!response.ok) return;
    const now: ViewAnswer = answer = await response.json();
    widget ??= draw(now);
    // Some websites replace the whole body when they change the page.
    if (!host.isConnected) document.body.append(host);
    if (now.open) load(true);
  };

  const draw = (look: ViewAnswer): Widget => {
    const launcher = makeLauncher(host, look);
    launcher.onpointerenter = launcher.onfocus = () => fetchCode().catch(nothing);
    launcher.onclick = () => load(false);
    return { origin, site, key, language, root: host.shadowRoot as ShadowRoot, launcher };
  };

  // What fails is forgotten, so that the next press tries again.
  const fetchCode = (): Code => code ??= import(origin + answer?.panel).catch(() => code = undefined);

  const load = (restore: boolean): Promise<void> =>
    fetchCode().then(({ mount }) => {
      if (!widget) return;
      panel ??= mount(widget, restore);
      if (!restore) panel.open();
    }).catch(nothing);

  const visit = (): Promise<void> => view().catch(nothing);

  addEventListener("visibilitychange", measure);
  addEventListener("pagehide", beat);
  addEventListener("pageshow", (event) => event.persisted && visit());
  const [source, change] = "navigation" in window ? [navigation, "currententrychange"] : [window, "popstate"];
  // A moment later, when the website has written the new title.
  source.addEventListener(change, () => setTimeout(() => here() === place || (beat(), visit()), 50));
  setInterval(() => document.hidden || beat(), beatMilliseconds);
  visit();
}

function nothing(): void {}

/** A jump inside a page is no new page; a route behind a hash is one. */
function here(): string {
  return location.href.replace(/#(?![/!]).*/, "");
}
