// Line drawings on a grid of 24, in the colour of the text around them.

const drawings = {
  chats: ["M4 5h16v11H9l-5 4z"],
  administration: [
    "M12 9.2a2.8 2.8 0 1 0 0 5.6a2.8 2.8 0 1 0 0-5.6z",
    "M12 3v2.5M12 18.5v2.5M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8M16.6 16.6l1.8 1.8M18.4 5.6l-1.8 1.8M7.4 16.6l-1.8 1.8",
  ],
  bell: ["M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15z", "M10 20.5a2 2 0 0 0 4 0"],
  bellOff: [
    "M6 16.5V11c0-1.2.4-2.3 1-3.3M9.5 5.6A6 6 0 0 1 18 11v3M6 16.5 4.5 18H17",
    "M10 20.5a2 2 0 0 0 4 0M4 4l16 16",
  ],
  keyboard: [
    "M4 7h16a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1z",
    "M7 10.5h.01M11 10.5h.01M15 10.5h.01M8.5 14h7",
  ],
  back: ["M15 5l-7 7 7 7"],
  close: ["M6 6l12 12M18 6 6 18"],
  leave: ["M10 5H6a1 1 0 0 0-1 1v12a1 1 0 0 0 1 1h4", "M14 8l4 4-4 4M18 12H9.5"],
  check: ["M5 12.5l4.5 4.5L19 7.5"],
  panel: ["M5 5h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z", "M15 5v14"],
  send: ["M5 12h13M12.5 6.5 18 12l-5.5 5.5"],
  down: ["M12 5v13M6.5 12.5 12 18l5.5-5.5"],
  signOut: ["M10 5H6a1 1 0 0 0-1 1v12a1 1 0 0 0 1 1h4", "M14 8l4 4-4 4M18 12H9.5"],
  person: ["M12 4.5a3.8 3.8 0 1 0 0 7.6a3.8 3.8 0 1 0 0-7.6z", "M5 20c.5-3.7 3.3-5.5 7-5.5s6.5 1.8 7 5.5"],
} as const satisfies Record<string, readonly string[]>;

export type IconName = keyof typeof drawings;

/** Those that point somewhere follow the direction of reading. */
const flipping: ReadonlySet<IconName> = new Set(["back", "leave", "panel", "send", "signOut", "chats"]);

export function icon(name: IconName): SVGSVGElement {
  const picture = draw(drawings[name], "0 0 24 24", "icon");
  if (flipping.has(name)) picture.setAttribute("data-flips", "");
  return picture;
}

const ticks = {
  waiting: { box: "0 0 12 12", lines: ["M6 1.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9z", "M6 3.5V6l1.6 1"] },
  sent: { box: "0 0 18 12", lines: ["M5 6.5l3 3 5.5-7"] },
  delivered: { box: "0 0 18 12", lines: ["M1.5 6.5l3 3 5.5-7", "M8.5 9l.6.5L15 2.5"] },
  seen: { box: "0 0 18 12", lines: ["M1.5 6.5l3 3 5.5-7", "M8.5 9l.6.5L15 2.5"] },
} as const;

export type TickName = keyof typeof ticks;

/** How far a message got. The label is read out; the title is shown to a mouse. */
export function tick(name: TickName, label: string): SVGSVGElement {
  const picture = draw(ticks[name].lines, ticks[name].box, "tick");
  picture.setAttribute("data-tick", name);
  picture.removeAttribute("aria-hidden");
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", label);
  const title = document.createElementNS(namespace, "title");
  title.textContent = label;
  picture.prepend(title);
  return picture;
}

const namespace = "http://www.w3.org/2000/svg";

function draw(lines: readonly string[], box: string, className: string): SVGSVGElement {
  const picture = document.createElementNS(namespace, "svg");
  picture.setAttribute("viewBox", box);
  picture.setAttribute("class", className);
  picture.setAttribute("aria-hidden", "true");
  for (const line of lines) {
    const path = document.createElementNS(namespace, "path");
    path.setAttribute("d", line);
    picture.append(path);
  }
  return picture;
}
