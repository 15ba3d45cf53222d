// What an account has (`wallet.{account}`), as the server last said it. The balance is shown, never reckoned here.

import type { ServerFrame, Wallet } from "./wire.ts";

export class Wallets {
  /** What a wallet may count in. */
  static readonly units: readonly string[] = ["credits", "coins"];
  readonly #wallets = new Map<string, Wallet>();

  /** True when something that is shown changed. Frames may overtake each other, so what is not newer is dropped. */
  take(frame: ServerFrame): boolean {
    if (frame.event === "WalletChanged") return this.#put(frame.wallet);
    if (frame.event !== "Snapshot" || !("wallets" in frame)) return false;
    return frame.wallets.map((wallet) => this.#put(wallet)).includes(true);
  }

  /** Null as long as it is not known, which is not the same as empty. */
  of(unit: string): Wallet | null {
    return this.#wallets.get(unit) ?? null;
  }

  #put(wallet: Wallet): boolean {
    if (wallet.revision <= (this.#wallets.get(wallet.unit)?.revision ?? -1)) return false;
    this.#wallets.set(wallet.unit, wallet);
    return true;
  }
}
