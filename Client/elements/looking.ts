/** Only a page that is visible and has the focus is looked at: what comes is then seen, and needs no sound. */
export function isLookedAt(): boolean {
  return !document.hidden && document.hasFocus();
}

/** Whether their owner asked that nothing moves. */
export function isStill(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
