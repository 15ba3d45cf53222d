// Moves one scroller and nothing around it. `scrollIntoView` moves every ancestor too, even a page that has nothing to scroll.

/** The smallest move that shows the element; `covered` is how much of the upper edge lies under something that stays there. */
export function bringIntoView(element: Element, scroller: Element, covered = 0): void {
  const own = element.getBoundingClientRect();
  const { top } = scroller.getBoundingClientRect();
  const above = own.top - (top + covered);
  const below = own.bottom - (top + scroller.clientHeight);
  if (above < 0) scroller.scrollTop += above;
  else if (below > 0) scroller.scrollTop += Math.min(below, above);
}

export function bringToMiddle(element: Element, scroller: Element): void {
  const own = element.getBoundingClientRect();
  const { top } = scroller.getBoundingClientRect();
  scroller.scrollTop += own.top - top - (scroller.clientHeight - own.height) / 2;
}
