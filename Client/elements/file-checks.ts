// What may be sent (E41a, E41b), checked before anything travels. The server looks into the file itself; here its name has to do.

import type { Taking } from "../live/wire.ts";
import type { Texts } from "./texts.ts";

const types: Readonly<Record<string, string>> = {
  pdf: "application/pdf",
  doc: "application/msword",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
};

/** As every website takes them that says nothing else. */
export const usual: Taking = { endings: Object.keys(types), megabytes: 10 };

export function endingOf(name: string): string {
  return /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
}

export function typeOf(name: string): string {
  return types[endingOf(name)] ?? "";
}

/** What is wrong with a file, in words; null when it may be sent. */
export function faultOf({ name, size }: Pick<File, "name" | "size">, texts: Texts, taking: Taking): string | null {
  const { endings, megabytes } = taking;
  if (!endings.includes(endingOf(name))) return texts.say("files.wrongType", { name, kinds: endings });
  if (size === 0) return texts.say("files.empty", { name });
  return size > megabytes << 20 ? texts.say("files.tooLarge", { name, limit: megabytes }) : null;
}

/** "48 kB", in the words of the language; a kilobyte has 1,024 bytes, as the limit counts. */
export function sayBytes(bytes: number, language: string): string {
  const isLarge = bytes >= 1024 * 1024 * 0.9995;
  const [unit, size] = isLarge ? ["megabyte", 1024 * 1024] as const : ["kilobyte", 1024] as const;
  const digits = { maximumFractionDigits: isLarge ? 1 : 0 };
  const amount = Math.max(bytes / size, isLarge ? 0 : 1);
  const format = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", ...digits });
  // Fenced in, so that a figure and its unit stay together beside Latin letters in Arabic.
  return `\u2068${format.format(amount)}\u2069`;
}

/** "PDF · 48 kB". */
export function sayKind(name: string, bytes: number, language: string): string {
  return `${endingOf(name).toUpperCase()} · ${sayBytes(bytes, language)}`;
}

/** A picture made to fit into a square, never made larger. */
export function fitted(
  width: number,
  height: number,
  most: number,
): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, most / width, most / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
