// Which rows of a long list are in the page: those in view and some around them, however many there are (E81).

export interface Window {
  readonly first: number;
  /** Without. */
  readonly end: number;
}

/** Rows ready above and below what is in view, so that a key or a flick of the thumb finds them there. */
const spareRows = 30;

/** `top`: how far the upper edge of what is in view lies below the beginning of the list. */
export function windowOf(count: number, rowPixels: number, top: number, height: number): Window {
  if (rowPixels <= 0) return { first: 0, end: Math.min(count, spareRows) };
  const inside = (row: number): number => Math.max(0, Math.min(count, row));
  return {
    first: inside(Math.floor(top / rowPixels) - spareRows),
    end: inside(Math.ceil((top + height) / rowPixels) + spareRows),
  };
}

/** The places in a window, with one more that stays wherever it is: what has the focus must not go. */
export function placesIn({ first, end }: Window, kept: number): number[] {
  const places = Array.from({ length: end - first }, (_, index) => first + index);
  if (kept < 0 || (kept >= first && kept < end)) return places;
  return kept < first ? [kept, ...places] : [...places, kept];
}
