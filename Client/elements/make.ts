// Builds elements without markup in strings: what a person wrote can only ever become text.

export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;
type Child = Node | string | null;

const svg = "http://www.w3.org/2000/svg";

export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for the parts of a drawing. */
export function draw<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes,
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return filled(document.createElementNS(svg, tag), attributes, children);
}

function filled<Kind extends Element>(node: Kind, attributes: Attributes, children: readonly Child[]): Kind {
  setAttributes(node, attributes);
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** False, null and undefined take the attribute away; true sets it empty. Writes only what differs. */
export function setAttributes(node: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) node.removeAttribute(name);
    else {
      const text = value === true ? "" : String(value);
      if (node.getAttribute(name) !== text) node.setAttribute(name, text);
    }
  }
}

export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Makes the children of a parent exactly these, in this order, touching only what is out of place.
 * `moveBefore` keeps the focus and the selection of what it moves; where a browser has none, the focus is given back.
 */
export function arrange(parent: Element, children: readonly Element[]): void {
  const wanted = new Set<Element>(children);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  const focused = document.activeElement;
  let next = parent.firstElementChild;
  for (const child of children) {
    if (child === next) next = child.nextElementSibling;
    else place(parent, child, next);
  }
  if (focused instanceof HTMLElement && focused !== document.activeElement && parent.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}

function place(parent: Element, child: Element, next: Element | null): void {
  const canMove = child.isConnected && parent.isConnected && "moveBefore" in parent;
  if (canMove) parent.moveBefore(child, next);
  else parent.insertBefore(child, next);
}
