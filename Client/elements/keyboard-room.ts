// What a telephone's keyboard leaves of the screen. Browsers that keep the page as high as before lay it over the composer.

export interface SeenPart {
  readonly height: number;
  readonly offsetTop: number;
  readonly scale: number;
}

export interface Room {
  readonly height: number;
  readonly top: number;
}

/** Less than this is a bar of the browser. */
const keyboardPixels = 120;

/** Null where no keyboard covers the page, or its reader has zoomed in and decides what is in view. */
export function roomBeside(seen: SeenPart, pageHeight: number): Room | null {
  if (seen.scale > 1.01 || pageHeight - seen.height < keyboardPixels) return null;
  return { height: seen.height, top: seen.offsetTop };
}

/** Tells the element its room as `--room` and `--room-top`, as long as there is a keyboard. */
export function followKeyboard(element: HTMLElement, signal: AbortSignal): void {
  const { visualViewport: viewport } = globalThis;
  if (viewport === null || viewport === undefined) return;
  const tell = (): void => {
    const room = roomBeside(viewport, innerHeight);
    if (room === null) {
      element.style.removeProperty("--room");
      element.style.removeProperty("--room-top");
    } else {
      element.style.setProperty("--room", `${room.height}px`);
      element.style.setProperty("--room-top", `${room.top}px`);
    }
  };
  for (const name of ["resize", "scroll"]) viewport.addEventListener(name, tell, { signal });
}
