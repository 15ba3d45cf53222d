// On a phone the panel fills what the keyboard leaves free. A style sheet tells it, because a strict policy forbids inline style.

export function followViewport(root: ShadowRoot, signal: AbortSignal): void {
  const viewport = globalThis.visualViewport;
  if (viewport === null || viewport === undefined) return;
  const sheet = new CSSStyleSheet();
  root.adoptedStyleSheets.push(sheet);
  const tell = (): void => {
    // Zoomed in by hand: then the reader decides what is in view.
    const isZoomed = viewport.scale > 1.01;
    const rule = `:host{--free-height:${viewport.height}px;--free-top:${viewport.offsetTop}px}`;
    sheet.replaceSync(isZoomed ? "" : rule);
  };
  tell();
  for (const name of ["resize", "scroll"]) viewport.addEventListener(name, tell, { signal });
}
