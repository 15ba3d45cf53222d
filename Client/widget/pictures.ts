// The few line drawings of the panel, on a grid of 24, in the colour of the text around them.

import type { BubbleItem } from "../live/layout.ts";

const drawings = {
  close: "M6 6l12 12M18 6 6 18",
  minimise: "M5 9l7 7 7-7",
  down: "M12 5v13M6.5 12.5 12 18l5.5-5.5",
  send: "M5 12h13M12.5 6.5 18 12l-5.5 5.5",
  waiting: "M12 4a8 8 0 1 0 0 16a8 8 0 1 0 0-16zM12 8v4l3 2",
  sent: "M5 13l4 4 10-11",
  delivered: "M1 13l4 4 10-11M11 16l1 1 10-11",
};

export function picture(name: keyof typeof drawings): SVGSVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(namespace, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.ariaHidden = "true";
  const path = document.createElementNS(namespace, "path");
  path.setAttribute("d", drawings[name]);
  drawing.append(path);
  return drawing;
}

/** How far a message got: read out by its name, shown to a mouse as its title. */
export function tick(state: Exclude<BubbleItem["state"], "refused">, name: string): HTMLElement {
  const mark = document.createElement("span");
  mark.className = "tick";
  mark.dataset["tick"] = state;
  mark.role = "img";
  mark.ariaLabel = mark.title = name;
  mark.append(picture(state === "seen" ? "delivered" : state === "sending" ? "waiting" : state));
  return mark;
}
