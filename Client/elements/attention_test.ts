import { assertEquals } from "../live/asserting.ts";
import { callForMessage, callForVisitor, callsAgain, type Listener } from "./attention.ts";
import { rowOf } from "./testing.ts";

const clara: Listener = { account: "3", status: "online", mayWrite: true, looks: true };
const silence = { sound: null, notice: false, toast: false };

Deno.test("E23b: a new visitor rings, with a notice on the desktop, for everybody who may answer", () => {
  assertEquals(callForVisitor(clara), { sound: "ring", notice: true, toast: true });
  assertEquals(callForVisitor({ ...clara, status: "away" }).sound, "ring");
});

Deno.test("E30: nobody is rung who is offline or may only read", () => {
  assertEquals(callForVisitor({ ...clara, status: "offline" }), silence);
  assertEquals(callForVisitor({ ...clara, mayWrite: false }), silence);
});

Deno.test("E31: a message sounds in joined chats, and the desktop says it while nobody looks", () => {
  assertEquals(callForMessage(rowOf(), clara), { sound: "tone", notice: false, toast: false });
  assertEquals(callForMessage(rowOf(), { ...clara, looks: false }).notice, true);
});

Deno.test("E31: a message in the chat of somebody else is silent", () => {
  assertEquals(callForMessage(rowOf(), { ...clara, account: "4", looks: false }), silence);
  assertEquals(callForMessage(rowOf({ chat: { state: "waiting" } }), clara), silence);
});

Deno.test("X5: whom nobody came to in time is rung for again, until somebody comes", () => {
  assertEquals(callsAgain(rowOf({ chat: { state: "waiting", overdue: true } }), clara), true);
  assertEquals(callsAgain(rowOf({ chat: { state: "waiting", overdue: false } }), clara), false);
  assertEquals(callsAgain(rowOf({ chat: { state: "active", overdue: true } }), clara), false);
  assertEquals(
    callsAgain(rowOf({ chat: { state: "waiting", overdue: true } }), { ...clara, status: "offline" }),
    false,
  );
});
