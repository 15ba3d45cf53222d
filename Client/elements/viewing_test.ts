import { assertEquals } from "../live/asserting.ts";
import { Connection } from "../live/connection.ts";
import { FakeNetwork, FixedClock, settle } from "../live/testing.ts";
import { Viewing } from "./viewing.ts";

const tom = { id: "4", name: "Tom", avatar: "tide" };

/** Clara, whose account is 3, on an open line. */
function clara(): {
  viewing: Viewing;
  network: FakeNetwork;
  clock: FixedClock;
  says: (by: object, on: boolean) => void;
} {
  const network = new FakeNetwork();
  const clock = new FixedClock();
  const connection = new Connection({
    address: "wss://parley.example/live",
    hello: () => ({ do: "hello", protocol: 1 }),
    clock,
    openSocket: network.open,
    random: () => 0,
  });
  const entered = (): Promise<void> =>
    connection.phase === "open" ? Promise.resolve() : Promise.reject(new Error("the line is cut"));
  const viewing = new Viewing({ connection, account: () => "3", entered, clock });
  connection.start();
  network.line.accept();
  const says = (by: object, on: boolean): void => network.line.say({ event: "AgentViewing", topic: "chat.5", by, on });
  return { viewing, network, clock, says };
}

const said = (network: FakeNetwork): unknown[] => network.line.all("view").map(({ topic, on }) => [topic, on]);
const names = (viewing: Viewing): string[] => viewing.others.map(({ name }) => name);

Deno.test("P5: what is open is said, said again while it is, and its end, too", async () => {
  const { viewing, network, clock } = clara();
  viewing.look("5");
  viewing.look("5");
  await settle();
  assertEquals(said(network), [["chat.5", true]]);
  clock.advance(15_000);
  await settle();
  assertEquals(said(network).length, 2);
  viewing.look("7");
  await settle();
  assertEquals(said(network).slice(2), [["chat.5", false], ["chat.7", true]]);
  viewing.look(null);
  assertEquals(said(network).slice(4), [["chat.7", false]]);
});

Deno.test("P5: who comes is shown and told that one is here; who goes, or is not heard of, is there no more", async () => {
  const { viewing, network, clock, says } = clara();
  viewing.look("5");
  await settle();
  says(tom, true);
  assertEquals([names(viewing), said(network).length], [["Tom"], 2]);
  says(tom, true);
  assertEquals(said(network).length, 2, "they know it by now");
  says(tom, false);
  assertEquals(names(viewing), []);
  says(tom, true);
  clock.advance(39_000);
  assertEquals(names(viewing), ["Tom"]);
  clock.advance(2_000);
  assertEquals(names(viewing), []);
});

Deno.test("P5: another page of one's own that is closed does not take this one away, and nobody looks at themselves", async () => {
  const { viewing, network, says } = clara();
  viewing.look("5");
  await settle();
  says({ id: "3", name: "Clara", avatar: "fern" }, true);
  assertEquals([names(viewing), said(network).length], [[], 1]);
  says({ id: "3", name: "Clara", avatar: "fern" }, false);
  assertEquals(said(network).length, 2);
});

Deno.test("P5: another chat has other people, and a new line says it again", async () => {
  const { viewing, network, clock, says } = clara();
  viewing.look("5");
  await settle();
  says(tom, true);
  viewing.look("7");
  assertEquals(names(viewing), []);
  says(tom, true);
  assertEquals(names(viewing), [], "that was about another chat");
  await settle();
  network.line.cut();
  clock.advance(60_000);
  network.line.accept();
  await settle();
  assertEquals(said(network), [["chat.7", true]]);
});
