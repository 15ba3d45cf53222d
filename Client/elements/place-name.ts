/** The city and the country, as far as they are known, in the reader's words; empty where nothing is. */
export function placeName(
  { country, city }: { readonly country?: string | null | undefined; readonly city?: string | null | undefined },
  language: string,
): string {
  return [city, country && countryName(country, language)].filter((part) => part).join(" · ");
}

/** What is no country is shown as it is. */
function countryName(code: string, language: string): string {
  try {
    return new Intl.DisplayNames(language, { type: "region" }).of(code) ?? code;
  } catch {
    return code;
  }
}
