// Moments as lists say them besides: short, or as how long ago.

import { daysBetween, isOneYear, Times } from "./times.ts";

const short: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };
const shortWithYear: Intl.DateTimeFormatOptions = { ...short, year: "numeric" };
const moment: Intl.DateTimeFormatOptions = { ...short, hour: "numeric", minute: "2-digit" };

export class ListTimes extends Times {
  readonly #days: Intl.NumberFormat;

  constructor(language: string, wanted?: readonly string[]) {
    super(language, wanted);
    this.#days = new Intl.NumberFormat(language, { style: "unit", unit: "day", unitDisplay: "narrow" });
  }

  /** Day and time, short. */
  moment(at: number): string {
    return this.format(at, moment);
  }

  /** For a row: the time of today, else a short date. */
  stamp(at: number, now: number): string {
    const ago = daysBetween(at, now);
    if (ago === 0) return this.clock(at);
    if (ago === 1) return this.relative.format(-1, "day");
    return this.format(at, isOneYear(at, now) ? short : shortWithYear);
  }

  /** How long ago, in the largest unit that fits. */
  ago(at: number, now: number): string {
    const seconds = Math.round((at - now) / 1_000);
    for (const [unit, length] of units) {
      if (Math.abs(seconds) >= length) return this.relative.format(Math.trunc(seconds / length), unit);
    }
    return this.relative.format(0, "second");
  }

  /** How long somebody waits: 0:41, 12:07, 1:02:40; whole days once there are some. */
  waiting(since: number, now: number): string {
    const seconds = Math.max(0, Math.floor((now - since) / 1_000));
    if (seconds >= 86_400) return this.#days.format(Math.floor(seconds / 86_400));
    const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
    const two = (value: number): string => String(value).padStart(2, "0");
    return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
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
