/** Only a page that is visible and has the focus is looked at: what comes is then seen, and needs no sound. */
export function isLookedAt(): boolean {
  return !document.hidden && document.hasFocus();
}
