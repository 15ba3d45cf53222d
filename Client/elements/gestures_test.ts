import { assertEquals } from "../live/asserting.ts";
import { atRest, type Pull, pulled, pullNeedsPixels, type Swipe, swiped, type Touch } from "./gestures.ts";

const toTheLeft = { towards: -1, longest: 160 } as const;

function swipe(rules: { towards: 1 | -1; longest: number }, ...places: readonly (readonly [number, number])[]): Swipe {
  return places.map(touchAt).reduce((state: Swipe, touch) => swiped(state, touch, rules), atRest);
}

function pull(isAtTop: boolean, ...places: readonly (readonly [number, number])[]): Pull {
  return places.map(touchAt).reduce((state: Pull, touch) => pulled(state, touch, isAtTop), atRest);
}

function touchAt([x, y]: readonly [number, number], index: number): Touch {
  return { kind: index === 0 ? "down" : "move", x, y };
}

Deno.test("E72a: a finger that goes to the side takes the row along, as far as there is something to see and back again", () => {
  assertEquals(swipe(toTheLeft, [300, 100]).kind, "pressed");
  assertEquals(swipe(toTheLeft, [300, 100], [294, 101]).kind, "pressed");
  const begun = swipe(toTheLeft, [300, 100], [260, 108]);
  assertEquals(begun, { kind: "swiping", from: { x: 300, y: 100 }, by: 30 });
  const far = swipe(toTheLeft, [300, 100], [260, 108], [20, 130]);
  assertEquals(far.kind === "swiping" && far.by, 160);
  const back = swipe(toTheLeft, [300, 100], [260, 108], [20, 130], [320, 130]);
  assertEquals(back.kind === "swiping" && back.by, 0);
});

Deno.test("E72a: a finger that scrolls, or goes to the other side, moves nothing until it is lifted", () => {
  assertEquals(swipe(toTheLeft, [300, 100], [290, 130]).kind, "other");
  assertEquals(swipe(toTheLeft, [300, 100], [280, 118]).kind, "other");
  assertEquals(swipe(toTheLeft, [300, 100], [330, 100]).kind, "other");
  assertEquals(swipe(toTheLeft, [300, 100], [290, 130], [100, 130]).kind, "other");
  assertEquals(swiped(swipe(toTheLeft, [300, 100], [290, 130]), { kind: "up" }, toTheLeft), atRest);
  assertEquals(swiped(swipe(toTheLeft, [300, 100], [200, 100]), { kind: "cancel" }, toTheLeft), atRest);
});

Deno.test("E72a: where one reads from right to left, the other side counts", () => {
  const toTheRight = { towards: 1, longest: 160 } as const;
  assertEquals(swipe(toTheRight, [100, 100], [60, 100]).kind, "other");
  const begun = swipe(toTheRight, [100, 100], [160, 100]);
  assertEquals(begun.kind === "swiping" && begun.by, 50);
});

Deno.test("E73: a list is pulled from its top alone, downwards, and resists more the further it is pulled", () => {
  const short = pull(true, [100, 100], [104, 150]);
  assertEquals(short.kind === "pulling" && short.by < pullNeedsPixels, true);
  const enough = pull(true, [100, 100], [104, 240]);
  assertEquals(enough.kind === "pulling" && enough.by >= pullNeedsPixels, true);
  const far = pull(true, [100, 100], [104, 900]);
  assertEquals(far.kind === "pulling" && far.by, 96);
  const back = pull(true, [100, 100], [104, 240], [104, 90]);
  assertEquals(back.kind === "pulling" && back.by, 0);
  assertEquals(pull(false, [100, 100], [104, 240]).kind, "other");
  assertEquals(pull(true, [100, 100], [104, 60], [104, 240]).kind, "other");
  assertEquals(pull(true, [100, 100], [180, 150]).kind, "other");
  assertEquals(pulled(enough, { kind: "up" }, true), atRest);
});
