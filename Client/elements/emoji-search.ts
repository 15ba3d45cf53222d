// Finding an emoji by the words of its name, in the reader's language and in English.

export type Named = readonly [emoji: string, ...names: string[]];

export interface EmojiData {
  readonly languages: readonly string[];
  readonly groups: readonly { readonly id: string; readonly emoji: readonly Named[] }[];
}

export interface Found {
  readonly emoji: string;
  readonly name: string;
}

/** Each group with those whose name has a word that begins like every word that is looked for; groups without one are left out. */
export function searchEmoji(
  { languages, groups }: EmojiData,
  language: string,
  wanted: string,
): readonly { readonly id: string; readonly found: readonly Found[] }[] {
  const own = Math.max(0, languages.indexOf(language));
  const words = plain(wanted).split(/\s+/).filter((word) => word !== "");
  const fits = (name: string): boolean => words.every((word) => ` ${plain(name)}`.includes(` ${word}`));
  return groups
    .map(({ id, emoji }) => ({
      id,
      found: emoji.filter(([, ...names]) => fits(names[own] ?? "") || fits(names[0] ?? ""))
        .map(([emoji, ...names]) => ({ emoji, name: names[own] ?? "" })),
    }))
    .filter(({ found }) => found.length > 0);
}

function plain(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").replaceAll(/[-:’']/g, " ").toLowerCase();
}
