import { assertEquals } from "../live/asserting.ts";
import { conditionsOf, everything, matches, questionOf, readFilter, timeOf, withFilter } from "./chat-filter.ts";
import { clara, rowOf } from "./testing.ts";

const noon = new Date(2026, 10, 22, 12).getTime();

Deno.test("E26a, E58b: the address keeps the filter, and leaves what else stands in it", () => {
  const address =
    "site=2&site=4&agent=mine&status=closed&date=own&from=2026-11-01&to=2026-11-10&lead=pending&rated=good&tag=7";
  const filter = readFilter(new URLSearchParams(address));
  assertEquals(withFilter(new URLSearchParams("demo=1&site=9"), filter).toString(), `demo=1&${address}`);
  assertEquals(conditionsOf(filter), 7);
  assertEquals(withFilter(new URLSearchParams(address), everything).toString(), "");
});

Deno.test("E58a: nonsense in the address asks for nothing", () => {
  const filter = readFilter(new URLSearchParams("site=x&agent=him&status=open&date=someday&from=2026-11-01&lead=1"));
  assertEquals(filter, everything);
});

Deno.test("E58c: today, yesterday, 7 and 30 days and own dates are whole days of the reader", () => {
  const day = (number: number): number => new Date(2026, 10, number).getTime();
  const times = (["today", "yesterday", "7", "30"] as const).map((date) => timeOf({ ...everything, date }, noon));
  assertEquals(times, [
    { from: day(22), to: null },
    { from: day(21), to: day(22) },
    { from: day(16), to: null },
    { from: day(-7), to: null },
  ]);
  const own = { ...everything, date: "own", from: "2026-11-01", to: "2026-11-02" } as const;
  assertEquals(timeOf(own, noon), { from: day(1), to: day(3) });
  assertEquals(timeOf({ ...own, to: "" }, noon), { from: day(1), to: null });
  assertEquals(questionOf({ ...own, sites: ["2"] }, noon).toString(), `site=2&from=${day(1)}&to=${day(3)}`);
});

Deno.test("E26b, E58d: mine are those I am in, unassigned those nobody is in, and a closed chat stays its agent's", () => {
  const gone = { ...clara, here: false };
  const rows = [
    rowOf(),
    rowOf({ agents: [] }),
    rowOf({ agents: [gone] }),
    rowOf({ agents: [gone], chat: { state: "closed" } }),
  ];
  const asked = (agent: string): boolean[] => rows.map((row) => matches(row, { ...everything, agent }, "3", noon));
  assertEquals(asked("mine"), [true, false, false, true]);
  assertEquals(asked("3"), [true, false, false, true]);
  assertEquals(asked("unassigned"), [false, true, true, false]);
  assertEquals(asked("4"), [false, false, false, false]);
});

Deno.test("P1: a tag asks for the chats that have it", () => {
  const asked = (tag: string): boolean => matches(rowOf({ tags: ["7", "9"] }), { ...everything, tag }, "3", noon);
  assertEquals([asked("7"), asked("8")], [true, false]);
  assertEquals(matches(rowOf(), { ...everything, tag: "7" }, "3", noon), false);
});

Deno.test("E58e: filled in, pending and offline messages are told apart", () => {
  const rows = [rowOf(), rowOf({ chat: { form: "needed" } }), rowOf({ chat: { offline: true } })];
  const asked = (lead: "filled" | "pending" | "offline"): boolean[] =>
    rows.map((row) => matches(row, { ...everything, lead }, "3", noon));
  assertEquals([asked("filled"), asked("pending"), asked("offline")], [
    [true, false, true],
    [false, true, false],
    [false, false, true],
  ]);
});

Deno.test("P4: chats with four stars or five are good, with fewer bad, and the others unrated", () => {
  const rows = [rowOf(), ...[5, 4, 3, 1].map((rating) => rowOf({ chat: { state: "closed", rating } }))];
  const asked = (rated: "good" | "bad" | "unrated"): boolean[] =>
    rows.map((row) => matches(row, { ...everything, rated }, "3", noon));
  assertEquals(asked("good"), [false, true, true, false, false]);
  assertEquals(asked("bad"), [false, false, false, true, true]);
  assertEquals(asked("unrated"), [true, false, false, false, false]);
});

Deno.test("E26a, E26c, E58b: websites and states are asked for together", () => {
  const row = rowOf({ chat: { state: "waiting" } });
  assertEquals(matches(row, { ...everything, sites: ["2", "4"], status: "waiting" }, "3", noon), true);
  assertEquals(matches(row, { ...everything, sites: ["4"] }, "3", noon), false);
  assertEquals(matches(row, { ...everything, status: "closed" }, "3", noon), false);
});
