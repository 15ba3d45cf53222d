// The widget as a website shows it, on a page of the administration: its own parts, with a conversation that is made up. Nothing is asked of
// the server and nothing is kept.

import { readPageData } from "../elements/page-data.ts";
import { Texts } from "../elements/texts.ts";
import { Times } from "../elements/times.ts";
import { type Config } from "./config.ts";
import { Draft } from "./draft.ts";
import { makeCard } from "./invitation.ts";
import { makeLauncher } from "./launcher.ts";
import loaderStyles from "./loader.css.ts";
import { ScriptedLine } from "./scripted-line.ts";
import { addStyles, makeView } from "./view.ts";
import { VisitorChat } from "./visitor-chat.ts";
import type { Invitation } from "./widget.ts";

interface Shown {
  readonly config: Config;
  readonly made: { readonly agent: string; readonly hello: string; readonly scheme: "light" | "dark" | "" };
}

interface Invited {
  readonly invitation: Invitation;
  readonly hue: number;
  readonly label: string;
  readonly scheme: "light" | "dark" | "";
}

const nowhere = { origin: location.origin, site: "", key: "0".repeat(32), language: "" };

function show({ config: stored, made: { agent, hello, scheme } }: Shown): void {
  // Pictures of this page come from its own host, whatever websites are told.
  const logo = stored.site.logo === null ? null : new URL(stored.site.logo).pathname;
  const config = { ...stored, site: { ...stored.site, logo } };
  const { site } = config;
  const chat = new VisitorChat({
    ...nowhere,
    page: () => ({ url: "", title: "" }),
    storage: null,
    box: "",
    locks: null,
    openSocket: () => new ScriptedLine(agent, hello).asSocket,
  });
  const host = document.createElement("parley-widget");
  const root = host.attachShadow({ mode: "open" });
  const brand = `light-dark(oklch(.49 .09 ${site.hue}),oklch(.76 .1 ${site.hue}))`;
  addStyles(
    root,
    `${loaderStyles}:host{--hue:${site.hue};--brand:${brand};inset-inline-${site.position}:16px!important}`,
  );
  document.body.append(host);
  const scene = {
    chat,
    config,
    texts: new Texts(config.texts, site.language),
    times: new Times(site.language),
    draft: new Draft("", null),
  };
  const view = makeView(scene, { ...nowhere, root, launcher: document.createElement("button") }, {
    minimise: () => {},
    seen: () => {},
    signal: new AbortController().signal,
  });
  // The panel in its own root asks the reader's system, as it does on a website.
  for (const place of [root, root.querySelector("parley-panel")?.shadowRoot]) {
    if (scheme && place) addStyles(place, `:host{color-scheme:${scheme}!important}`);
  }
  chat.on("changed", () => view.show(true));
  chat.start();
}

/** The card above the button, which both lead nowhere. */
function invite({ invitation, hue, label, scheme }: Invited): void {
  const host = document.createElement("parley-widget");
  makeLauncher(host, { hue, label, position: invitation.position });
  const card = makeCard(invitation);
  host.shadowRoot?.append(card.host);
  document.body.append(host);
  for (const place of [host.shadowRoot, card.host.shadowRoot]) {
    if (scheme && place) addStyles(place, `:host{color-scheme:${scheme}!important}`);
  }
}

const shown = readPageData<Shown | Invited | null>("preview", null);
if (shown !== null) "invitation" in shown ? invite(shown) : show(shown);
