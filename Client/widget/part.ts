/** A part of the panel: built once, shown anew after each change. A function makes it, because what is private to a
 * function costs a foreign page fewer bytes than what is private to an object. */
export interface Part {
  readonly element: HTMLElement;
  show(): void;
}

/** A part in which somebody writes. */
export interface WritingPart extends Part {
  focus(): void;
}
