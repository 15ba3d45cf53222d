import { atRest, type Swipe, swiped, type SwipeRules, type Touch } from "./gestures.ts";
import { tickFinger } from "./haptics.ts";

/** What can be swiped. While `data-swipe` stands on it, it moves by `--swipe`, or gives way by `--swiped`; the style sheet says how. */
export interface Swipes {
  /** What a finger takes along that comes down here, or null. */
  readonly find: (target: Element) => HTMLElement | null;
  readonly longest: number;
  /** From where on it counts when the finger is lifted. */
  readonly needs: number;
  readonly began: (element: HTMLElement) => void;
  readonly ended: (element: HTMLElement, isFar: boolean) => void;
}

/** Follows fingers, never the mouse, inside a place; up and down stays the browser's. */
export function followSwipes(place: HTMLElement, swipes: Swipes, signal: AbortSignal): void {
  let state: Swipe = atRest;
  let element: HTMLElement | null = null;
  let wasSwiped = false;

  const rules = (): SwipeRules => ({ towards: towardsOf(place), longest: swipes.longest });

  const take = (touch: Touch, id: number): void => {
    const before = state;
    state = swiped(state, touch, rules());
    if (element === null) return;
    if (state.kind === "swiping") {
      if (before.kind !== "swiping") begin(element, id);
      if (before.kind === "swiping" && before.by < swipes.needs && state.by >= swipes.needs) tickFinger();
      element.toggleAttribute("data-far", state.by >= swipes.needs);
      moveAside(element, state.by);
    } else if (before.kind === "swiping") {
      end(element, touch.kind === "up" && before.by >= swipes.needs);
    }
  };

  const begin = (moved: HTMLElement, id: number): void => {
    wasSwiped = true;
    // The finger may leave the row and still means it.
    place.setPointerCapture(id);
    moved.dataset["swipe"] = "moving";
    swipes.began(moved);
  };

  const end = (moved: HTMLElement, isFar: boolean): void => {
    // What is pressed later, by a key too, is a press of its own.
    setTimeout(() => wasSwiped = false, 0);
    delete moved.dataset["swipe"];
    delete moved.dataset["far"];
    moveBack(moved);
    swipes.ended(moved, isFar);
  };

  const follows = (event: PointerEvent): boolean => event.isPrimary && event.pointerType !== "mouse";

  place.addEventListener("pointerdown", (event) => {
    wasSwiped = false;
    element = follows(event) && event.target instanceof Element ? swipes.find(event.target) : null;
    if (element !== null) take({ kind: "down", x: event.clientX, y: event.clientY }, event.pointerId);
  }, { signal });
  place.addEventListener("pointermove", (event) => {
    if (follows(event)) take({ kind: "move", x: event.clientX, y: event.clientY }, event.pointerId);
  }, { signal, passive: true });
  for (const kind of ["up", "cancel"] as const) {
    place.addEventListener(`pointer${kind}`, (event) => follows(event) && take({ kind }, event.pointerId), { signal });
  }
  // A swipe that ends on the row is no press of it.
  place.addEventListener("click", (event) => {
    if (!wasSwiped) return;
    wasSwiped = false;
    event.preventDefault();
    event.stopPropagation();
  }, { signal, capture: true });
}

export function moveAside(element: HTMLElement, by: number): void {
  element.style.setProperty("--swipe", `${towardsOf(element) * by}px`);
  element.style.setProperty("--swiped", `${by}px`);
}

export function moveBack(element: HTMLElement): void {
  for (const name of ["--swipe", "--swiped"]) element.style.removeProperty(name);
}

/** To the side where lines begin, which uncovers where they end. */
function towardsOf(element: HTMLElement): 1 | -1 {
  return getComputedStyle(element).direction === "rtl" ? 1 : -1;
}
