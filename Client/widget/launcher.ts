// The one button on a page that is not ours.

import styles from "./loader.css.ts";

const namespace = "http://www.w3.org/2000/svg";

export interface Look {
  readonly hue: number;
  readonly position: "start" | "end";
  readonly label: string;
}

/** Its root is the open shadow root of the host. */
export function makeLauncher(host: HTMLElement, { hue, position, label }: Look): HTMLButtonElement {
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  const brand = `light-dark(oklch(.49 .09 ${hue}),oklch(.76 .1 ${hue}))`;
  sheet.replaceSync(`${styles}:host{--hue:${hue};--brand:${brand};inset-inline-${position}:16px!important}`);
  root.adoptedStyleSheets = [sheet];
  const launcher = document.createElement("button");
  launcher.ariaLabel = label;
  launcher.ariaExpanded = "false";
  const text = document.createElement("span");
  text.append(label);
  const picture = document.createElementNS(namespace, "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  const bubble = document.createElementNS(namespace, "path");
  bubble.setAttribute("d", "M20 3H4a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h3v4l5-4h8a2 2 0 0 0 2-2V5a2 2 0 0 0-2-2z");
  picture.append(bubble);
  launcher.append(picture, text);
  root.append(launcher);
  return launcher;
}
