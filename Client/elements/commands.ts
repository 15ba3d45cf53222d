// What the command palette offers and how it is found, without the DOM.

export interface Command {
  readonly label: string;
  /** The kind of thing, such as a filter or a page. */
  readonly kind: string;
  /** The key that does the same. */
  readonly key?: string;
  readonly act: () => void;
}

const shownAtMost = 12;

/** Those in which every word stands, first those whose label begins with it; all of them for no words. */
export function commandsFor(words: string, commands: readonly Command[]): readonly Command[] {
  const wanted = folded(words).split(/\s+/).filter((word) => word !== "");
  const fitting = commands.filter(({ label, kind }) => {
    const text = `${folded(label)} ${folded(kind)}`;
    return wanted.every((word) => text.includes(word));
  });
  const [first = ""] = wanted;
  const begins = ({ label }: Command): boolean => first !== "" && folded(label).startsWith(first);
  return [...fitting.filter(begins), ...fitting.filter((command) => !begins(command))].slice(0, shownAtMost);
}

function folded(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
}
