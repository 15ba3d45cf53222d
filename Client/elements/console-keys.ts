// What a key means in the console, wherever the focus is.

import { type Step, stepOf } from "./movement.ts";

export type Wish =
  | { readonly kind: "palette" | "leave" | "search" | "filter" | "help" }
  /** To another row of the list. */
  | { readonly kind: "move"; readonly step: Step }
  /** To another of the chats that are open. */
  | { readonly kind: "tab"; readonly step: Step };

type Pressed = Pick<
  KeyboardEvent,
  "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "isComposing" | "defaultPrevented"
>;

/** Where the focus is. */
export interface Place {
  readonly inDialog: boolean;
  readonly inList: boolean;
  readonly isWriting: boolean;
  /** Where the same keys open the choices. */
  readonly isChoosing: boolean;
}

/** Null for what is none of the console's business. */
export function wishOf(event: Pressed, { inDialog, inList, isWriting, isChoosing }: Place): Wish | null {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (inDialog) return null;
  const isCommand = ctrlKey || metaKey;
  // Also while somebody writes: it is no letter.
  if (isCommand && !altKey && !shiftKey && key.toLowerCase() === "k") return { kind: "palette" };
  if (event.defaultPrevented || event.isComposing || isCommand) return null;
  if (altKey) return !shiftKey && !isChoosing && key.startsWith("Arrow") ? tabWish(key) : null;
  if (key === "Escape") return { kind: "leave" };
  if (isWriting) return null;
  const step = inList || key === "j" || key === "k" ? stepOf(key) : null;
  if (step !== null) return { kind: "move", step };
  if (key === "/") return { kind: "search" };
  if (key === "f") return { kind: "filter" };
  return key === "?" ? { kind: "help" } : null;
}

/** Sideways the same keys lead through the history of the browser. */
function tabWish(key: string): Wish | null {
  const step = stepOf(key);
  return step === null ? null : { kind: "tab", step };
}

export function placeOf({ target }: Event, list: Element | null): Place {
  const isIn = (selector: string): boolean => target instanceof Element && target.closest(selector) !== null;
  return {
    inDialog: isIn("dialog, [popover]"),
    inList: target instanceof Node && list?.contains(target) === true,
    isWriting: isIn("input, textarea, select, [contenteditable]"),
    isChoosing: isIn("select"),
  };
}
