// Computes what a reader sees: the contrast of tokens that stand on each other, for every hue, light and dark.

import source from "./tokens.css" with { type: "text" };
import { assert } from "../live/asserting.ts";

type Scheme = "light" | "dark";
type Linear = readonly [number, number, number];

const hues = Array.from({ length: 72 }, (_, index) => index * 5);
const schemes: readonly Scheme[] = ["light", "dark"];

const grounds = ["paper", "surface", "sunken", "raised", "visitor"];
const agents = [1, 2, 3, 4, 5, 6].map((index) => `agent-${index}`);

Deno.test("P11: text is readable on every surface and bubble, for every hue a site may have, light and dark", () => {
  for (const ground of [...grounds, ...agents, "brand-wash", "good-wash", "wait-wash", "bad-wash", "note-wash"]) {
    expectContrast("ink", ground, 4.5);
    expectContrast("ink-soft", ground, 4.5);
  }
});

Deno.test("P11: words in the colours of meaning are readable where they are used", () => {
  for (const ground of ["paper", "surface", "raised"]) {
    for (const meaning of ["brand", "good", "wait", "bad"]) expectContrast(meaning, ground, 4.5);
  }
  for (const meaning of ["brand", "good", "wait", "bad"]) expectContrast(meaning, `${meaning}-wash`, 4.5);
  expectContrast("wait", "note-wash", 4.5);
  expectContrast("paper", "wait", 4.5);
});

Deno.test("P11: the words on a filled button are readable, also while the pointer is on it", () => {
  expectContrast("on-brand", "brand", 4.5);
  expectContrast("on-brand", "brand-strong", 4.5);
  expectContrast("on-bad", "bad", 4.5);
  expectContrast("on-bad", "bad-strong", 4.5);
});

Deno.test("P11: the edge of a field can be told from what is around it", () => {
  for (const ground of ["paper", "surface"]) expectContrast("outline", ground, 3);
});

function expectContrast(ink: string, ground: string, least: number): void {
  for (const scheme of schemes) {
    for (const hue of hues) {
      const found = contrast(colour(ink, scheme, hue), colour(ground, scheme, hue));
      assert(found >= least, `--${ink} on --${ground}, ${scheme}, hue ${hue}: ${found.toFixed(2)} is below ${least}`);
    }
  }
}

/** The first declaration is the one without a media condition. */
function colour(token: string, scheme: Scheme, hue: number): Linear {
  const pattern = new RegExp(`--${token}: light-dark\\(oklch\\(([^/]+?)\\), oklch\\(([^/]+?)\\)\\);`);
  const values = pattern.exec(source.replaceAll("var(--hue, 178)", String(hue)));
  assert(values !== null, `--${token} is not written as light-dark(oklch(…), oklch(…))`);
  const [lightness = 0, chroma = 0, angle = 0] = (values[scheme === "light" ? 1 : 2] ?? "").split(" ").map(Number);
  return linearFrom(lightness, chroma, angle);
}

/** OKLCH to linear sRGB, clipped to what a screen can show. */
function linearFrom(lightness: number, chroma: number, angle: number): Linear {
  const a = chroma * Math.cos(angle * Math.PI / 180);
  const b = chroma * Math.sin(angle * Math.PI / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number): number => Math.min(1, Math.max(0, value));
  return [
    clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function contrast(one: Linear, other: Linear): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance([red, green, blue]: Linear): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
