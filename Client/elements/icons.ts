// Drawings as elements, in the colour of the text around them.

import type { Drawing } from "./drawings.ts";
import { draw } from "./make.ts";

export function icon({ d, flips }: Drawing): SVGSVGElement {
  const attributes = { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", "data-flips": flips };
  return draw("svg", attributes, draw("path", { d }));
}

const clock = "M6 1.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9zM6 3.5V6l1.6 1";
const one = "M5 6.5l3 3 5.5-7";
const two = "M1.5 6.5l3 3 5.5-7M8.5 9l.6.5L15 2.5";
const ticks = { waiting: clock, sending: clock, sent: one, delivered: two, seen: two };

export type TickName = keyof typeof ticks;

export function isTick(state: string): state is TickName {
  return state in ticks;
}

/** How far a message got. The label is read out; the title is shown to a mouse. */
export function tick(name: TickName, label: string): SVGSVGElement {
  const d = ticks[name];
  const viewBox = d === clock ? "0 0 12 12" : "0 0 18 12";
  const attributes = { viewBox, class: "tick", "data-tick": name, role: "img", "aria-label": label };
  return draw("svg", attributes, draw("title", {}, label), draw("path", { d }));
}
