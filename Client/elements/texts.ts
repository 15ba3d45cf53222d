// Texts of the reader's language, from the catalogue that the page carries. Elements hold none of their own.

export type Catalogue = { readonly [key: string]: string | Catalogue };
export type Values = Readonly<Record<string, string | number>>;

const strongRight = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const strongLeft = /\p{Script=Latin}|\p{Script=Greek}|\p{Script=Cyrillic}|\p{Script=Han}/u;

export class Texts {
  readonly language: string;
  readonly #catalogue: Catalogue;
  readonly #plurals: Intl.PluralRules;
  readonly #numbers: Intl.NumberFormat;

  constructor(catalogue: Catalogue, language: string) {
    this.language = language;
    this.#catalogue = catalogue;
    this.#plurals = new Intl.PluralRules(language);
    this.#numbers = new Intl.NumberFormat(language);
  }

  /** The text under a key such as "list.waiting", its {places} filled. A key that is missing shows itself. */
  say(key: string, values: Values = {}): string {
    const found = this.#find(key);
    return typeof found === "string" ? this.#fill(found, values) : key;
  }

  /** A text with forms for numbers; its argument is {count}. */
  count(key: string, count: number, values: Values = {}): string {
    const forms = this.#find(key);
    if (forms === undefined || typeof forms === "string") return this.say(key, { ...values, count });
    const form = forms[this.#plurals.select(count)] ?? forms["other"];
    return typeof form === "string" ? this.#fill(form, { ...values, count }) : key;
  }

  /** Names as the language joins them; each of several keeps its own direction, so that the list does not turn around. */
  list(names: readonly string[]): string {
    const fenced = names.length > 1 ? names.map((name) => `\u2068${name}\u2069`) : names;
    return new Intl.ListFormat(this.language).format(fenced);
  }

  /** A number in the figures of the language. */
  number(value: number): string {
    return this.#numbers.format(value);
  }

  #find(key: string): string | Catalogue | undefined {
    let part: string | Catalogue | undefined = this.#catalogue;
    for (const name of key.split(".")) part = typeof part === "object" ? part[name] : undefined;
    return part;
  }

  #fill(text: string, values: Values): string {
    return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => {
      const value = values[name];
      if (value === undefined) return place;
      return typeof value === "number" ? this.#numbers.format(value) : this.#isolated(value);
    });
  }

  /** A name of the other direction is fenced in, so that it does not pull the words around it along. */
  #isolated(value: string): string {
    const foreign = this.language.startsWith("ar") ? strongLeft : strongRight;
    return foreign.test(value) ? `\u2068${value}\u2069` : value;
  }
}
