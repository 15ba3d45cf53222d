import { assertEquals, assertRejects } from "./asserting.ts";
import { Passes } from "./passes.ts";
import { FixedClock, settle } from "./testing.ts";

const lengthMilliseconds = 15 * 60_000;

function house(statuses: readonly number[] = []): { passes: Passes; clock: FixedClock; asked: string[] } {
  const clock = new FixedClock();
  const asked: string[] = [];
  const answer = (address: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const status = statuses[asked.length] ?? 200;
    asked.push(`${address} ${new Headers(init?.headers).get("Authorization")}`);
    const pass = { pass: `p${asked.length}`, expires: clock.now() + lengthMilliseconds };
    return Promise.resolve(new Response(JSON.stringify(pass), { status }));
  };
  const options = { origin: "https://parley.example", authorization: "Visitor harbour:0", clock };
  return { passes: new Passes({ ...options, fetch: answer }), clock, asked };
}

Deno.test("E41d: one pass is asked for all files of a conversation, and used until its last minute", async () => {
  const { passes, clock, asked } = house();
  await Promise.all([passes.get("5"), passes.get("5")]);
  assertEquals(asked, ["https://parley.example/api/v1/chats/5/pass Visitor harbour:0"]);
  clock.advance(lengthMilliseconds - 61_000);
  assertEquals((await passes.get("5")).pass, "p1");
  clock.advance(2_000);
  assertEquals((await passes.get("5")).pass, "p2");
});

Deno.test("E41d: a pass that the server would not have is asked for anew, once", async () => {
  const { passes } = house();
  const old = await passes.get("5");
  passes.drop("5", old);
  const pass = await passes.get("5");
  assertEquals(pass.pass, "p2");
  passes.drop("5", old);
  assertEquals((await passes.get("5")).pass, "p2");
  assertEquals(passes.address("8f0c", pass), "https://parley.example/files/8f0c?pass=p2");
});

Deno.test("E41d: while nobody answers a pass is waited for; where the reader may not look it is not", async () => {
  const { passes, clock, asked } = house([503, 200, 403]);
  const waiting = passes.get("5");
  await settle();
  clock.advance(5_000);
  assertEquals((await waiting).pass, "p2");
  await assertRejects(passes.get("6"), Error);
  assertEquals(asked.length, 3);
});
