/**
 * Starts something while its page is looked at, and stops it when the page is hidden or left; what was started already stays. Ends with the
 * signal, and is stopped then, too.
 */
export function whileLookedAt(signal: AbortSignal, start: () => void, stop: () => void): void {
  const follow = (): void => document.hidden ? stop() : start();
  document.addEventListener("visibilitychange", follow, { signal });
  addEventListener("pagehide", stop, { signal });
  addEventListener("pageshow", (event) => event.persisted && follow(), { signal });
  signal.addEventListener("abort", stop);
  follow();
}

/** Where the live line of this house is. */
export function liveAddress(): string {
  return `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/live`;
}
