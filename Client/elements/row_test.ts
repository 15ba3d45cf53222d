import { assertEquals } from "../live/asserting.ts";
import { previewOf } from "./row.ts";
import { rowOf } from "./testing.ts";
import { Texts } from "./texts.ts";

const texts = new Texts({ list: { fillsForm: "fills", nothingWritten: "nothing" } }, "en");

Deno.test("E23a: a row says that the form is being filled in only as long as the visitor is there", () => {
  const asked = { form: "needed", state: "waiting" } as const;
  assertEquals(previewOf(rowOf({ chat: asked }), { texts }), "fills");
  assertEquals(previewOf(rowOf({ chat: asked, visitor: { online: false } }), { texts }), "nothing");
  assertEquals(previewOf(rowOf({ chat: { ...asked, state: "closed" } }), { texts }), "nothing");
});
