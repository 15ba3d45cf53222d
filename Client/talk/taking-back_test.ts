import { assertEquals } from "../live/asserting.ts";
import { Connection } from "../live/connection.ts";
import { Outbox } from "../live/outbox.ts";
import { FakeNetwork, FakeSocket, FixedClock, MemoryStorage, settle, subscribed } from "../live/testing.ts";
import { makeTakingBack, sendUnpaidFiles } from "./taking-back.ts";

const topic = "chat.5";
const facts = { name: "plan.pdf", type: "application/pdf", bytes: 9, width: null, height: null };

/** A customer's outbox on a line that is open, and what came back to the composer. */
function writing(): { outbox: Outbox; line: FakeSocket; storage: MemoryStorage; back: string[] } {
  const [network, storage, clock] = [new FakeNetwork(), new MemoryStorage(), new FixedClock()];
  const connection = new Connection({
    address: "wss://parley.example/live",
    hello: () => ({ do: "hello", protocol: 1 }),
    openSocket: network.open,
    clock,
  });
  const outbox = new Outbox({ connection, key: "parley.outbox", storage, clock });
  const back: string[] = [];
  const takeBack = makeTakingBack(outbox, ({ text, why, way = "" }) => back.push(`${why} ${text} ${way}`.trimEnd()));
  outbox.on("changed", takeBack);
  outbox.start();
  connection.start();
  network.line.accept();
  network.line.say({ ...subscribed({}) });
  return { outbox, line: network.line, storage, back };
}

function sent(line: FakeSocket): unknown[] {
  return line.all("send").map((command) => command["text"] ?? command["file"]);
}

Deno.test("A17: a message that could not be paid for goes back to the composer with what was written after it", async () => {
  const { outbox, line, storage, back } = writing();
  for (const text of ["One", "Two", "Three"]) outbox.add(topic, text);
  line.acknowledge(line.last("send"), 1);
  await settle();
  line.refuse(line.last("send"), { reason: "creditMissing" });
  await settle();
  assertEquals(back, ["No. Two\nThree"]);
  assertEquals([sent(line), outbox.pending(topic).length, storage.length], [["One", "Two"], 0, 0]);
});

Deno.test("C14: a message to a telephone that is refused comes back as one, with its words", async () => {
  const { outbox, line, back } = writing();
  outbox.deal = () => ({ price: 4, way: "sms" });
  outbox.add(topic, "Hurry!");
  assertEquals(line.last("send")["way"], "sms");
  line.refuse(line.last("send"), { reason: "intakeFull" });
  await settle();
  assertEquals(back, ["No. Hurry! sms"]);
});

Deno.test("A26: what is sent after credit was bought is not held back by what was refused before", async () => {
  const { outbox, line } = writing();
  outbox.add(topic, "One");
  line.refuse(line.last("send"), { reason: "creditMissing" });
  await settle();
  outbox.add(topic, "One");
  line.acknowledge(line.last("send"), 1);
  await settle();
  assertEquals([sent(line), outbox.pending(topic).length], [["One", "One"], 0]);
});

Deno.test("A17: other refusals stay in the thread, where they are tried again", async () => {
  const { outbox, line, back } = writing();
  outbox.add(topic, "One");
  line.refuse(line.last("send"), { reason: "notAllowed" });
  await settle();
  assertEquals([back, outbox.pending(topic)[0]?.state], [[], "refused"]);
});

Deno.test("A17: a file that could not be paid for stays where it can be seen, and goes out before the next message", async () => {
  const { outbox, line, back } = writing();
  outbox.upload = (): Promise<typeof facts & { file: string }> => Promise.resolve({ ...facts, file: "f1" });
  outbox.add(topic, facts.name, { facts, content: new File([], facts.name) });
  await settle();
  line.refuse(line.last("send"), { reason: "creditMissing" });
  await settle();
  assertEquals([back, outbox.pending(topic)[0]?.state], [[], "refused"]);
  sendUnpaidFiles(outbox, topic);
  outbox.add(topic, "Here is the plan");
  await settle();
  line.acknowledge(line.last("send"), 1);
  await settle();
  assertEquals(sent(line), ["f1", "f1", "Here is the plan"]);
});
