/** Names as a language lists them; each keeps its own direction, so that the list does not turn around. */
export function listOf(names: readonly string[], language: string): string {
  const fenced = names.length > 1 ? names.map((name) => `\u2068${name}\u2069`) : names;
  return new Intl.ListFormat(language).format(fenced);
}
