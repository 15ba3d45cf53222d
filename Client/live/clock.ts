// Time as a value that is given, so that every deadline is tested in a moment.

export interface Clock {
  now(): number;
  /** Calls once after so many milliseconds; the returned function cancels. */
  after(milliseconds: number, action: () => void): () => void;
}

export const realClock: Clock = {
  now: (): number => Date.now(),
  after(milliseconds: number, action: () => void): () => void {
    const timer = setTimeout(action, milliseconds);
    return () => clearTimeout(timer);
  },
};
