// Moments as the visitor's language writes them.

export class Times {
  readonly #language: string;

  constructor(language: string) {
    this.#language = language;
  }

  clock(at: number): string {
    return this.#format(at, { timeStyle: "short" });
  }

  full(at: number): string {
    return this.#format(at, { dateStyle: "full", timeStyle: "short" });
  }

  /** Today and yesterday by name, other days by date. */
  day(at: number, now: number): string {
    const ago = Math.round((midnight(now) - midnight(at)) / 86_400_000);
    if (ago > 1) return this.#format(at, { weekday: "long", day: "numeric", month: "long" });
    const name = new Intl.RelativeTimeFormat(this.#language, { numeric: "auto" }).format(-ago, "day");
    // It stands alone, where every language of ours begins with a capital.
    return name.charAt(0).toLocaleUpperCase(this.#language) + name.slice(1);
  }

  #format(at: number, options: Intl.DateTimeFormatOptions): string {
    return new Intl.DateTimeFormat(this.#language, options).format(at);
  }
}

function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
