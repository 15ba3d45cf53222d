// For websites that want nothing asked and nothing kept before somebody wants to talk (X10): the button from what the snippet says of it.
// Only a press makes a visitor, with a cookie or, where the website wants none, for as long as the tab is open. It throws nothing.

import { makeLauncher } from "./launcher.ts";
import { storageOf } from "./storage.ts";
import { keepKey, makeKey } from "./visitor-key.ts";
import type { Mount, Panel, ViewAnswer } from "./widget.ts";

const loaded = Symbol.for("parley");
const name = "parley_key";

const script = document.currentScript as HTMLScriptElement | null;
const site = script?.dataset.site;
if (site && !Reflect.has(window, loaded)) {
  Reflect.set(window, loaded, 1);
  try {
    start(new URL(script.src).origin, site, script.dataset);
  } catch {
    // A frame without an origin may not even ask for cookies.
  }
}

function start(origin: string, site: string, { hue, side, label = "", cookies }: DOMStringMap): void {
  const host = document.createElement("parley-widget");
  const position = side === "start" ? "start" : "end";
  const launcher = makeLauncher(host, { hue: Number(hue) || 0, position, label });
  const { language } = navigator;
  const tab = cookies === "none" ? storageOf("sessionStorage") : null;
  let panel: Panel | undefined;

  const isKnown = (): boolean =>
    tab ? tab.getItem(name) !== null : cookies !== "none" && document.cookie.includes(name);

  const keep = (): string => {
    if (cookies !== "none") return keepKey(cookies);
    const key = tab?.getItem(name) ?? makeKey();
    tab?.setItem(name, key);
    return key;
  };

  // An endless address is cut: host and path come first.
  const here = (): { url: string; title: string } => ({ url: location.href.slice(0, 4e3), title: document.title });

  // The key is in the body and a text goes as text/plain: so there is no preflight.
  const view = async (key: string): Promise<ViewAnswer | null> => {
    const response = await fetch(`${origin}/api/v1/widget/${site}/views`, {
      method: "POST",
      body: JSON.stringify({ key, ...here(), referrer: document.referrer, language }),
      credentials: "omit",
    });
    return response.ok ? await response.json() : null;
  };

  const load = async (restore: boolean): Promise<void> => {
    const key = keep();
    const answer = await view(key);
    if (answer === null || restore && !answer.open) return;
    const { mount }: { mount: Mount } = await import(origin + answer.panel);
    panel = mount({ origin, site, key, language, root: host.shadowRoot as ShadowRoot, launcher }, restore);
    if (!restore) panel.open();
  };

  let isLoading = false;
  let isWanted = false;
  const begin = (restore: boolean): void => {
    if (panel) return panel.open();
    isWanted ||= !restore;
    if (isLoading) return;
    isLoading = true;
    load(restore).catch(() => {}).then(() => {
      isLoading = false;
      // Pressed while it was asked whether there is a chat.
      if (restore && isWanted) begin(false);
    });
  };

  // A moment later, when the website has written the new title.
  const moved = (): void =>
    void setTimeout(() => {
      // Some websites replace the whole body when they change the page.
      if (!host.isConnected) document.body.append(host);
      panel?.moved(here());
    }, 50);
  if ("navigation" in window) navigation.addEventListener("currententrychange", moved);
  launcher.onclick = () => begin(false);
  if (document.body) document.body.append(host);
  else addEventListener("DOMContentLoaded", () => document.body.append(host));
  // Who pressed before goes on with what they began.
  if (isKnown()) begin(true);
}
