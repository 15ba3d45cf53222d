// Ten drawn portraits that an agent can choose from. They are named after plants, so that a name says nothing about a person.
// One drawing in parts: the same head and shoulders, other hair, colours, glasses and beard. SVG attributes only, because a
// strict policy forbids inline style; the widget draws them on foreign pages too.

import { draw } from "./make.ts";

type Hair = "short" | "curly" | "long" | "bun" | "bob" | "waves" | "crop" | "scarf";

/** Rows of a table, because each byte travels to every visitor. */
type Portrait = readonly [
  ground: string,
  skin: string,
  hair: Hair,
  hairColour: string,
  clothes: string,
  extra?: "glasses" | "beard",
];

const portraits: Readonly<Record<string, Portrait>> = {
  fern: ["#cfe8dc", "#e8b48f", "bob", "#4a2f22", "#0f766e"],
  clover: ["#d6e6f7", "#8d5a3c", "curly", "#211714", "#2f5fa8"],
  poppy: ["#f8d9d2", "#f2c6a8", "bun", "#a5482b", "#b4432f"],
  tulip: ["#efdcf3", "#c98c66", "long", "#2a1d1b", "#7a3f8f"],
  maple: ["#f7e3c4", "#e3aa83", "short", "#5b3a21", "#8a5a17", "beard"],
  cedar: ["#d9e5d0", "#6d432c", "crop", "#1b1412", "#3f6b33", "glasses"],
  willow: ["#dfe3f5", "#f0c3a0", "waves", "#c99a4b", "#4a4fa0"],
  olive: ["#e8ead0", "#d39c74", "scarf", "#6c7a2c", "#4f5b1f"],
  iris: ["#d8e0f8", "#e6b897", "short", "#8b8f98", "#3a5bb0", "glasses"],
  lotus: ["#f8dbe6", "#f1c7a6", "long", "#1f1a1d", "#b03a6c"],
};

export const avatarNames: readonly string[] = Object.keys(portraits);

/** The drawing of that name, or null for a name that is not in the list: letters then stand for the person. */
export function drawAvatar(name: string): SVGSVGElement | null {
  const portrait = portraits[name];
  if (portrait === undefined) return null;
  return draw("svg", { viewBox: "0 0 64 64", "aria-hidden": "true" }, ...shapesOf(portrait));
}

/** From the back to the front. */
function shapesOf([ground, skin, kind, hairColour, clothes, extra]: Portrait): SVGElement[] {
  const [front, behind] = hairs[kind];
  return [
    draw("circle", { cx: 32, cy: 32, r: 32, fill: ground }),
    ...(behind ? [path(behind, hairColour)] : []),
    path("M26 38h12v9a6 6 0 0 1-12 0z", skin),
    path("M10 64c0-11 9-17 16-18 2 4 10 4 12 0 7 1 16 7 16 18z", clothes),
    draw("ellipse", { cx: 32, cy: 29, rx: 11, ry: 13, fill: skin }),
    ...(extra === "beard" ? [path("M21 30c0 12 5 16 11 16s11-4 11-16c-2 5-4 6-11 6s-9-1-11-6z", hairColour)] : []),
    path(front, hairColour),
    ...features(extra),
  ];
}

function features(extra: Portrait[5]): SVGElement[] {
  const ink = "#2b1d18";
  const smile = line("M28.5 35.5c2 1.8 5 1.8 7 0", extra === "beard" ? "#f6e6da" : ink);
  const eyes = [28, 36].map((cx) => draw("circle", { cx, cy: 29.5, r: 1.2, fill: ink }));
  if (extra !== "glasses") return [...eyes, smile];
  return [
    ...eyes,
    smile,
    line(
      "M24.5 29.5a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0M32.5 29.5a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0M31.5 29.5h1",
      ink,
    ),
  ];
}

/** What lies over the face, and what behind the head. */
const hairs: Readonly<Record<Hair, readonly [front: string, behind?: string]>> = {
  short: ["M20 28c-1-10 4-15 12-15s14 5 12 15c-2-5-4-7-7-8-4 1-10 1-13 0-2 2-3 4-4 8z"],
  crop: ["M21 26c-1-8 4-12 11-12s12 4 11 12c-2-4-5-6-11-6s-9 2-11 6z"],
  curly: [
    "M21 27c0-7 4-10 11-10s11 3 11 10c-3-1-4-3-5-5-2 2-4 2-6 1-2 1-4 1-6-1-1 2-2 4-5 5z",
    "M32 9c5-2 10 1 11 5 5 1 7 7 4 11 2 5-1 9-5 9H22c-4 0-7-4-5-9-3-4-1-10 4-11 1-4 6-7 11-5z",
  ],
  long: ["M21 29c0-8 4-13 11-13s11 5 11 13c-3-3-5-6-6-9-3 4-10 6-16 9z", "M18 30c0-12 6-18 14-18s14 6 14 18v19H18z"],
  bob: [
    "M21 28c0-8 4-12 11-12s11 4 11 12c-4-1-7-3-9-7-3 4-8 6-13 7z",
    "M18 29c0-11 6-17 14-17s14 6 14 17c0 5 0 9-2 12H20c-2-3-2-7-2-12z",
  ],
  bun: ["M20 29c-1-11 5-16 12-16s13 5 12 16c-2-6-6-9-12-9s-10 3-12 9z", "M26 10a6 5.5 0 1 1 12 0a6 5.5 0 1 1-12 0z"],
  waves: [
    "M21 28c0-8 4-12 11-12s11 4 11 12c-2-1-3-4-4-6-4 1-8 0-11-2-1 4-4 7-7 8z",
    "M19 28c0-11 6-16 13-16s13 5 13 16c3 4 3 8 1 11 1 4-1 8-4 8H22c-3 0-5-4-4-8-2-3-2-7 1-11z",
  ],
  scarf: [
    "M18 32c-2-12 4-20 14-20s16 8 14 20c-1 8-5 15-14 15s-13-7-14-15zm4-3c0 8 4 13 10 13s10-5 10-13-4-10-10-10-10 2-10 10z",
    "M17 31c0-13 6-20 15-20s15 7 15 20c0 8-2 13-4 17H21c-2-4-4-9-4-17z",
  ],
};

function path(d: string, fill: string): SVGElement {
  return draw("path", { d, fill, "fill-rule": "evenodd" });
}

function line(d: string, stroke: string): SVGElement {
  return draw("path", { d, stroke, fill: "none", "stroke-width": 1.4, "stroke-linecap": "round" });
}
