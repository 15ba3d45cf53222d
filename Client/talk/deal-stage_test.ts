import { assertEquals } from "../live/asserting.ts";
import { entry, message } from "../live/testing.ts";
import type { Deal, Entry } from "../live/wire.ts";
import { canPay, releasedQuestions, stageOf } from "./deal-stage.ts";

const minute = 60_000;
const emil = { id: "7", name: "Emil", avatar: "fern", status: "online", reach: "chat" } as const;
const rest: Deal = {
  unit: "credits",
  price: 1,
  included: false,
  open: 0,
  held: 0,
  dueAt: null,
  noticeAt: null,
  asked: 0,
  expert: emil,
};
const asked: Deal = { ...rest, open: 1, dueAt: 60 * minute, noticeAt: 45 * minute, asked: 1 };
const answer: Partial<Entry> = { by: { kind: "agent", id: "7", name: "Emil" } };

function late(n: number, of: number): Entry {
  return entry(n, n - 1, { event: "AnswerLate", body: { of } }, { by: { kind: "system" } });
}

function released(n: number, of: number): Entry {
  return entry(n, n - 1, { event: "QuestionReleased", body: { of } }, { by: { kind: "system" } });
}

Deno.test("A19: a question waits until it is late, and then until its time is over", () => {
  const entries = [message(1, 0)];
  const stages = [0, 45 * minute - 1, 45 * minute, 60 * minute].map((now) => stageOf(asked, entries, now));
  assertEquals(stages, ["waits", "waits", "late", "over"]);
});

Deno.test("A20: what the server says of a delay counts, however slow the clock of this browser is", () => {
  assertEquals(stageOf(asked, [message(1, 0), late(2, 1)], 0), "late");
  assertEquals(stageOf(asked, [message(1, 0), late(2, 1), message(3, 2, answer), message(4, 3)], 0), "waits");
});

Deno.test("X3: a credit that came back is told until somebody writes again", () => {
  const gone = [message(1, 0), late(2, 1), released(3, 1)];
  assertEquals(stageOf(rest, gone, 0), "released");
  assertEquals(stageOf(rest, [...gone, message(4, 3, answer)], 0), "rest");
  assertEquals(stageOf(asked, [...gone, message(4, 3)], 0), "waits");
  assertEquals(stageOf(rest, [], 0), "rest");
});

Deno.test("X3: the credits that came back are those of the questions since the last answer or release", () => {
  const first = [message(1, 0), message(2, 1, answer), message(3, 2), message(4, 3), released(5, 4)];
  assertEquals(releasedQuestions(first), 2);
  assertEquals(releasedQuestions([...first, message(6, 5), released(7, 6)]), 1);
  const tooLate = [message(1, 0), message(2, 1), message(3, 2, answer), released(4, 2)];
  assertEquals(releasedQuestions(tooLate), 2);
  // The question itself is further up than what was loaded.
  assertEquals([releasedQuestions([released(90, 40)]), releasedQuestions([])], [1, 0]);
});

Deno.test("A17: what is on its way is paid for too", () => {
  const wallet = { unit: "credits", units: 4, held: 2, free: 2, revision: 1 };
  assertEquals([canPay(wallet, 1, 0), canPay(wallet, 1, 1), canPay(wallet, 1, 2)], [true, true, false]);
  assertEquals(canPay(wallet, 3, 0), false);
});
