import { assert, assertEquals } from "./asserting.ts";
import { Wallets } from "./wallets.ts";
import type { Wallet } from "./wire.ts";

const topic = "wallet.8";

function credits(revision: number, units: number, held = 0): Wallet {
  return { unit: "credits", units, held, free: units - held, revision };
}

Deno.test("A16: a wallet is known from the snapshot on, and follows each change", () => {
  const wallets = new Wallets();
  assertEquals(wallets.of("credits"), null);
  assert(wallets.take({ event: "Snapshot", topic, wallets: [credits(4, 1)] }));
  assert(wallets.take({ event: "WalletChanged", topic, wallet: credits(5, 9, 1) }));
  assertEquals(wallets.of("credits")?.free, 8);
});

Deno.test("A16: a wallet with a revision that is not above the held one is dropped, also in a snapshot", () => {
  const wallets = new Wallets();
  wallets.take({ event: "WalletChanged", topic, wallet: credits(5, 9) });
  assert(!wallets.take({ event: "WalletChanged", topic, wallet: credits(5, 3) }));
  assert(!wallets.take({ event: "Snapshot", topic, wallets: [credits(4, 1)] }));
  assertEquals(wallets.of("credits")?.units, 9);
});

Deno.test("A24: units do not mix", () => {
  const wallets = new Wallets();
  const coins = { ...credits(2, 500), unit: "coins" };
  wallets.take({ event: "Snapshot", topic, wallets: [credits(7, 3), coins] });
  assertEquals([wallets.of("credits")?.units, wallets.of("coins")?.units], [3, 500]);
  assert(!wallets.take({ event: "Snapshot", topic: "notices.8", unread: 0, rows: [] }));
});
