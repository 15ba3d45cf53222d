// Where the panel fills the screen it is all there is: Tab stays inside, and the page behind does not scroll.

/** As panel.css has it. */
const phone = "(width < 480px)";
const reachable = ":is(a, button, input, select, textarea, [tabindex='0']):not(:disabled)";

/** To be told whenever the panel opens or closes. */
export function makeModal(panel: HTMLElement, signal: AbortSignal): () => void {
  const screen = matchMedia(phone);
  const { style } = document.documentElement;
  let before: string | null = null;

  const show = (): void => {
    const isModal = screen.matches && !panel.hidden;
    panel.ariaModal = String(isModal);
    if (isModal === (before !== null)) return;
    const kept = before;
    before = isModal ? style.overflow : null;
    style.overflow = isModal ? "hidden" : kept ?? "";
  };

  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || before === null) return;
    const stops = [...panel.querySelectorAll<HTMLElement>(reachable)].filter((stop) => stop.checkVisibility());
    // The panel itself, which may have the focus, stands before the first.
    const from = stops.indexOf(event.target as HTMLElement);
    const isWithin = event.shiftKey ? from > 0 : from < stops.length - 1;
    if (isWithin) return;
    event.preventDefault();
    stops.at(event.shiftKey ? -1 : 0)?.focus();
  });
  screen.addEventListener("change", show, { signal });
  return show;
}
