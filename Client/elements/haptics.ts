/** A tick under the finger, where a device has one to give: something was pulled or swiped far enough. */
export function tickFinger(): void {
  // Who wishes for little motion means this, too.
  if (matchMedia("(prefers-reduced-motion: reduce)").matches || !("vibrate" in navigator)) return;
  navigator.vibrate(tickMilliseconds);
}

const tickMilliseconds = 10;
