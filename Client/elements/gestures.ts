// What a finger means that moves, without the DOM: a swipe to the side and a pull from above, as state machines. Lengths are CSS pixels.

/** So far a finger may move and still mean a tap. */
const tapPixels = 10;
/** Past its end a pull follows the finger with this part of its way. */
const pullPart = 0.5;

export type Touch =
  | { readonly kind: "down" | "move"; readonly x: number; readonly y: number }
  | { readonly kind: "up" | "cancel" };

interface Place {
  readonly x: number;
  readonly y: number;
}

/** `other`: it goes up or down, or to the side that means nothing, and is left to the browser until it is lifted. */
export type Swipe =
  | { readonly kind: "rest" | "other" }
  | { readonly kind: "pressed"; readonly from: Place }
  | { readonly kind: "swiping"; readonly from: Place; readonly by: number };

/** `towards`: the side that counts, -1 for left. `longest`: how far something goes along. */
export interface SwipeRules {
  readonly towards: 1 | -1;
  readonly longest: number;
}

export const atRest = { kind: "rest" } as const;

export function swiped(state: Swipe, touch: Touch, rules: SwipeRules): Swipe {
  if (touch.kind === "down") return { kind: "pressed", from: placeOf(touch) };
  if (touch.kind !== "move") return atRest;
  switch (state.kind) {
    case "rest":
    case "other":
      return state;
    case "pressed": {
      const [along, across] = [rules.towards * (touch.x - state.from.x), Math.abs(touch.y - state.from.y)];
      if (Math.max(Math.abs(along), across) < tapPixels) return state;
      // Scrolling is what most fingers want.
      if (along < tapPixels || along < 1.5 * across) return { kind: "other" };
      return { kind: "swiping", from: state.from, by: Math.min(along - tapPixels, rules.longest) };
    }
    case "swiping": {
      const along = rules.towards * (touch.x - state.from.x) - tapPixels;
      return { ...state, by: Math.max(0, Math.min(along, rules.longest)) };
    }
  }
}

export type Pull =
  | { readonly kind: "rest" | "other" }
  | { readonly kind: "pressed"; readonly from: Place }
  | { readonly kind: "pulling"; readonly from: Place; readonly by: number };

/** What is pulled as far as this is done when the finger is lifted. */
export const pullNeedsPixels = 56;
const longestPull = 96;

/** `isAtTop`: whether there is nothing more to scroll to. */
export function pulled(state: Pull, touch: Touch, isAtTop: boolean): Pull {
  if (touch.kind === "down") return isAtTop ? { kind: "pressed", from: placeOf(touch) } : { kind: "other" };
  if (touch.kind !== "move") return atRest;
  if (!("from" in state)) return state;
  const { from } = state;
  const down = touch.y - from.y;
  const by = Math.min(longestPull, Math.max(0, (down - tapPixels) * pullPart));
  if (state.kind === "pulling") return { kind: "pulling", from, by };
  const aside = Math.abs(touch.x - from.x);
  if (Math.max(Math.abs(down), aside) < tapPixels) return state;
  return down < tapPixels || aside > down || !isAtTop ? { kind: "other" } : { kind: "pulling", from, by };
}

function placeOf({ x, y }: Place): Place {
  return { x, y };
}
