// What a site says about its widget: name, colours, form and texts in the visitor's language. Cacheable, the same for everybody.

import type { BubbleSide, HandOver, Taking } from "../live/wire.ts";
import type { Texts } from "../elements/texts.ts";
import type { Widget } from "./widget.ts";

export type FieldName = "name" | "email" | "phone" | "service";

export interface FormField {
  readonly name: FieldName;
  readonly required: boolean;
  readonly options?: readonly string[];
}

export interface Config {
  readonly site: {
    readonly name: string;
    readonly hue: number;
    readonly position: "start" | "end";
    /** The side on which agents' bubbles stand. */
    readonly ours: BubbleSide;
    readonly logo: string | null;
    readonly welcome: string;
    readonly language: string;
    readonly direction: "ltr" | "rtl";
  };
  /** Whether files may be sent. */
  readonly files: boolean;
  /** Whether a chat that ended can be rated. */
  readonly ratings: boolean;
  /** Whether a chat that ended can be had by letter. */
  readonly transcripts?: boolean;
  /** Whether the team sees what a visitor types. */
  readonly preview?: boolean;
  /** Which files are taken; missing means all. */
  readonly taking?: Taking;
  /** Where a chat goes on in another messenger; missing where it stays. */
  readonly handOver?: HandOver;
  /** Whether who leaves an address is answered by mail. */
  readonly mail?: boolean;
  readonly form: { readonly fields: readonly FormField[] };
  readonly texts: ConstructorParameters<typeof Texts>[0];
}

export async function fetchConfig({ origin, site, language }: Widget): Promise<Config> {
  const query = new URLSearchParams({ language });
  const response = await fetch(`${origin}/api/v1/widget/${site}/config?${query}`, { credentials: "omit" });
  if (!response.ok) throw new Error("no configuration");
  return await response.json() as Config;
}
