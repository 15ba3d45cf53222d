// Moments as people say them, in the reader's language and zone.

export class Times {
  readonly #clock: Intl.DateTimeFormat;
  readonly #weekday: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #dayOfYear: Intl.DateTimeFormat;
  readonly #short: Intl.DateTimeFormat;
  readonly #shortWithYear: Intl.DateTimeFormat;
  readonly #full: Intl.DateTimeFormat;
  readonly #relative: Intl.RelativeTimeFormat;
  readonly #days: Intl.NumberFormat;

  constructor(readonly language: string, zone?: string) {
    const timeZone = zone === undefined ? {} : { timeZone: zone };
    const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
      new Intl.DateTimeFormat(language, { ...options, ...timeZone });
    this.#clock = format({ hour: "2-digit", minute: "2-digit" });
    this.#weekday = format({ weekday: "long" });
    this.#day = format({ day: "numeric", month: "long" });
    this.#dayOfYear = format({ day: "numeric", month: "long", year: "numeric" });
    this.#short = format({ day: "numeric", month: "short" });
    this.#shortWithYear = format({ day: "numeric", month: "short", year: "numeric" });
    this.#full = format({ dateStyle: "full", timeStyle: "short" });
    this.#relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
    this.#days = new Intl.NumberFormat(language, { style: "unit", unit: "day", unitDisplay: "narrow" });
  }

  clock(at: number): string {
    return this.#clock.format(at);
  }

  full(at: number): string {
    return this.#full.format(at);
  }

  /** For a divider: today, yesterday, a weekday of the last six days, or a date. */
  day(at: number, now: number): string {
    const ago = daysBetween(at, now);
    if (ago === 0 || ago === 1) return capitalised(this.#relative.format(-ago, "day"), this.language);
    if (ago > 1 && ago < 7) return capitalised(this.#weekday.format(at), this.language);
    return this.#isThisYear(at, now) ? this.#day.format(at) : this.#dayOfYear.format(at);
  }

  /** For a row: the time of today, else a short date. */
  stamp(at: number, now: number): string {
    const ago = daysBetween(at, now);
    if (ago === 0) return this.clock(at);
    if (ago === 1) return this.#relative.format(-1, "day");
    return this.#isThisYear(at, now) ? this.#short.format(at) : this.#shortWithYear.format(at);
  }

  /** How long ago, in the largest unit that fits. */
  ago(at: number, now: number): string {
    const seconds = Math.round((at - now) / 1_000);
    for (const [unit, length] of units) {
      if (Math.abs(seconds) >= length) return this.#relative.format(Math.trunc(seconds / length), unit);
    }
    return this.#relative.format(0, "second");
  }

  /** How long somebody waits: 0:41, 12:07, 1:02:40; whole days once there are some. */
  waiting(since: number, now: number): string {
    const seconds = Math.max(0, Math.floor((now - since) / 1_000));
    if (seconds >= 86_400) return this.#days.format(Math.floor(seconds / 86_400));
    const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
    const two = (value: number): string => String(value).padStart(2, "0");
    return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  }

  #isThisYear(at: number, now: number): boolean {
    return new Date(at).getFullYear() === new Date(now).getFullYear();
  }
}

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** Midnights between two moments, in the reader's zone. */
export function daysBetween(earlier: number, later: number): number {
  return Math.round((midnight(later) - midnight(earlier)) / 86_400_000);
}

function midnight(at: number): number {
  const day = new Date(at);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}

/** A label stands alone, where every language of ours starts with a capital. */
function capitalised(text: string, language: string): string {
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}
