import { assertEquals } from "../live/asserting.ts";
import { FakeNetwork, FixedClock } from "../live/testing.ts";
import { WalletLine } from "./wallet.ts";

const wallet = { unit: "credits", units: 9, held: 1, free: 8, revision: 17 };

Deno.test("A16: the balance follows what is bought elsewhere, on a line that only watches", () => {
  const network = new FakeNetwork();
  const line = new WalletLine({
    address: "wss://parley.example/live",
    account: "71",
    clock: new FixedClock(),
    openSocket: network.open,
  });
  let changes = 0;
  line.on("changed", () => changes += 1);
  line.start();
  network.line.accept();
  assertEquals(network.line.last("hello"), { do: "hello", protocol: 1, watch: true });
  assertEquals(network.line.last("subscribe")["topic"], "wallet.71");
  network.line.say({ event: "Snapshot", topic: "wallet.71", wallets: [{ ...wallet, free: 0, revision: 16 }] });
  network.line.say({ event: "WalletChanged", topic: "wallet.71", wallet });
  network.line.say({ event: "WalletChanged", topic: "wallet.71", wallet: { ...wallet, free: 3 } });
  assertEquals([line.current("credits")?.free, changes], [8, 2]);
});

Deno.test("A24: while the line is cut the last balance is shown and not relied upon", () => {
  const network = new FakeNetwork();
  const clock = new FixedClock();
  const options = { address: "wss://parley.example/live", account: "71", clock };
  const line = new WalletLine({ ...options, openSocket: network.open });
  line.start();
  network.line.accept();
  network.line.say({ event: "Snapshot", topic: "wallet.71", wallets: [wallet] });
  network.line.cut();
  assertEquals([line.of("credits")?.free, line.current("credits")], [8, null]);
});
