// Moments as a thread says them, in the reader's language and zone.

const clock: Intl.DateTimeFormatOptions = { timeStyle: "short" };
const full: Intl.DateTimeFormatOptions = { dateStyle: "full", timeStyle: "short" };
const weekday: Intl.DateTimeFormatOptions = { weekday: "long" };
const day: Intl.DateTimeFormatOptions = { day: "numeric", month: "long" };
const dayOfYear: Intl.DateTimeFormatOptions = { ...day, year: "numeric" };

export class Times {
  protected readonly relative: Intl.RelativeTimeFormat;
  /** Made once, because making one takes longer than using it. */
  readonly #formats = new Map<Intl.DateTimeFormatOptions, Intl.DateTimeFormat>();

  readonly #locale: string;

  constructor(readonly language: string, wanted: readonly string[] = navigator.languages) {
    // Who reads English in Britain has the clock of Britain.
    this.#locale = wanted.find((locale) => locale.split("-")[0] === language) ?? language;
    this.relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  }

  clock(at: number): string {
    return this.format(at, clock);
  }

  full(at: number): string {
    return this.format(at, full);
  }

  /** For a divider: today, yesterday, a weekday of the last six days, or a date. */
  day(at: number, now: number): string {
    const text = this.#near(at, now);
    // A label stands alone, where every language of ours starts with a capital.
    return text.charAt(0).toLocaleUpperCase(this.language) + text.slice(1);
  }

  /** When something will be, for a sentence. */
  ahead(at: number, now: number): { day: string; clock: string } {
    return { day: this.#near(at, now), clock: this.clock(at) };
  }

  #near(at: number, now: number): string {
    const ago = daysBetween(at, now);
    const days = Math.abs(ago);
    const date = days < 7 ? weekday : isOneYear(at, now) ? day : dayOfYear;
    return days < 2 ? this.relative.format(-ago, "day") : this.format(at, date);
  }

  protected format(at: number, options: Intl.DateTimeFormatOptions): string {
    const format = this.#formats.get(options) ?? new Intl.DateTimeFormat(this.#locale, options);
    this.#formats.set(options, format);
    return format.format(at);
  }
}

/** Midnights between two moments, in the reader's zone. */
export function daysBetween(earlier: number, later: number): number {
  return Math.round((midnight(later) - midnight(earlier)) / 86_400_000);
}

export function isOneYear(at: number, now: number): boolean {
  return new Date(at).getFullYear() === new Date(now).getFullYear();
}

function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
