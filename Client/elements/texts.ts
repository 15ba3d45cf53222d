// Texts of the reader's language, from the catalogue that the page carries. Elements hold none of their own.

export type Catalogue = { readonly [key: string]: string | Catalogue };
/** A name, a number, or several names. */
export type Values = Readonly<Record<string, string | number | readonly string[]>>;

/** A name without the signs that would turn around what stands after it. */
export function plainName(name: string): string {
  return name.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, "");
}

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
      if (typeof value === "number") return this.#numbers.format(value);
      return new Intl.ListFormat(this.language).format([value].flat().map(fenced));
    });
  }
}

/** With invisible signs around it a name keeps its own direction, and pulls neither words nor other names along. */
function fenced(name: string): string {
  return `\u2068${plainName(name)}\u2069`;
}
