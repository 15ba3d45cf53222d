// The snippet of a website loads this file: it counts the visit and draws one button. Everything else comes with intent.
// It runs in a page that is not ours: it throws nothing, writes nothing but one cookie, and when Parley is down it draws nothing.

import { makeLauncher } from "./launcher.ts";
import { keepKey } from "./visitor-key.ts";
import type { Mount, Panel, ViewAnswer, Watch, Widget } from "./widget.ts";

type Code = Promise<{ mount: Mount }>;

const firstMilliseconds = 1_000;
const againMilliseconds = 15_000;
const loaded = Symbol.for("parley");

const script = document.currentScript as HTMLScriptElement | null;
const site = script?.dataset.site;
// A page that carries the snippet twice still has one widget.
if (site && !Reflect.has(window, loaded)) {
  Reflect.set(window, loaded, 1);
  whenSeen(() => {
    try {
      start(new URL(script.src).origin, site, keepKey(script.dataset.cookies));
    } catch {
      // A frame without an origin may not even ask for cookies.
    }
  });
}

/** A page that nobody looks at for a second costs nothing: no request, no cookie. */
function whenSeen(begin: () => void): void {
  const once = new AbortController();
  let timer = 0;
  const look = (): void => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(() => (once.abort(), begin()), firstMilliseconds);
  };
  addEventListener("visibilitychange", look, once);
  look();
}

function start(origin: string, site: string, key: string): void {
  const { language } = navigator;
  const gpc = (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl;
  const host = document.createElement("parley-widget");
  let answer: ViewAnswer;
  let widget: Widget | undefined;
  let code: Code | undefined;
  let panel: Panel | undefined;

  // The key is in the body and a text goes as text/plain: so there is no preflight.
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${origin}/api/v1/widget/${site}/${path}`, {
      method: "POST",
      body: JSON.stringify({ key, ...body }),
      credentials: "omit",
      keepalive: true,
    });

  const view = async (url: string, referrer: string): Promise<ViewAnswer | undefined> => {
    const page = { url, title: document.title };
    panel?.moved(page);
    const response = await post("views", { ...page, referrer, language, gpc });
    // Refused, or counted as nobody.
    if (response.status > 499) return Promise.reject(response);
    if (response.status !== 200) return;
    answer = await response.json();
    widget ??= draw(answer);
    // Some websites replace the whole body when they change the page.
    if (!host.isConnected) document.body.append(host);
    if (answer.open) load(true);
    return answer;
  };

  const draw = (look: ViewAnswer): Widget => {
    const launcher = makeLauncher(host, look);
    launcher.onpointerenter = launcher.onfocus = () => fetchCode().catch(nothing);
    launcher.onclick = () => load(false);
    return { origin, site, key, language, root: host.shadowRoot as ShadowRoot, launcher };
  };

  // What fails is forgotten, so that the next press tries again.
  const fetchCode = (): Code => code ??= import(origin + answer.panel).catch(() => code = undefined);

  const load = (restore: boolean): Promise<void> =>
    fetchCode().then(({ mount }) => {
      if (!widget) return;
      panel ??= mount(widget, restore);
      if (!restore) panel.open();
    }).catch(nothing);

  const url = here();
  const begin = async (): Promise<void> => {
    const first = await view(url, document.referrer);
    if (!first || !widget) return;
    const { watch }: { watch: Watch } = await import(origin + answer.watch);
    watch({ widget, first, url, here, view, post, open: () => load(true), gpc });
  };
  // When Parley is down for a moment the page goes on without it, and has it later.
  const again = (): void => void setTimeout(() => begin().catch(again), againMilliseconds);
  begin().catch(again);
}

function nothing(): void {}

/** A jump inside a page is no new page; a route behind a hash is one. An endless address is cut: host and path come first. */
function here(): string {
  return location.href.replace(/#(?![/!]).*/, "").slice(0, 4e3);
}
