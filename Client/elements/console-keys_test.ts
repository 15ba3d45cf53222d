import { assertEquals } from "../live/asserting.ts";
import { type Place, type Wish, wishOf } from "./console-keys.ts";

type Held = "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "isComposing" | "defaultPrevented";

function wish(key: string, held: readonly Held[] = [], place: Partial<Place> = {}): Wish | null {
  const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
  const event = { key, ...none, isComposing: false, defaultPrevented: false };
  const nowhere = { inDialog: false, inList: false, isWriting: false, isChoosing: false };
  return wishOf(Object.assign(event, ...held.map((name) => ({ [name]: true }))), { ...nowhere, ...place });
}

const writing = { isWriting: true };

Deno.test("E24a: Alt and an arrow lead to another open chat, also while one writes, and nowhere else", () => {
  assertEquals(wish("ArrowDown", ["altKey"], writing), { kind: "tab", step: "next" });
  assertEquals(wish("ArrowUp", ["altKey"]), { kind: "tab", step: "previous" });
  // Sideways they are the browser's, in a select they open it.
  assertEquals(wish("ArrowLeft", ["altKey"]), null);
  assertEquals(wish("ArrowDown", ["altKey"], { ...writing, isChoosing: true }), null);
  assertEquals(wish("j", ["altKey"]), null);
  assertEquals(wish("ArrowDown", ["altKey", "shiftKey"]), null);
});

Deno.test("E22b: letters are keys only where nobody writes, the palette opens everywhere but over a dialog", () => {
  assertEquals(wish("k", ["ctrlKey"], writing), { kind: "palette" });
  assertEquals(wish("k", ["metaKey"], { inDialog: true }), null);
  assertEquals(["/", "f", "?", "j"].map((key) => wish(key, [], writing)), [null, null, null, null]);
  assertEquals(["/", "f", "?"].map((key) => wish(key)?.kind), ["search", "filter", "help"]);
  assertEquals(wish("Escape", [], writing), { kind: "leave" });
  assertEquals(wish("Escape", ["isComposing"], writing), null);
  assertEquals(wish("Escape", ["defaultPrevented"]), null);
});

Deno.test("E22b: j and k move from everywhere, arrows only inside the list", () => {
  assertEquals(wish("j"), { kind: "move", step: "next" });
  assertEquals(wish("ArrowDown"), null);
  assertEquals(wish("ArrowDown", [], { inList: true }), { kind: "move", step: "next" });
});
