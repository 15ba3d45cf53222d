// The balance of the account that this page belongs to, live: on a line that only watches, as the bell's, and while the page is looked at.

import { type Clock, realClock } from "../live/clock.ts";
import { Connection, type ConnectionOptions } from "../live/connection.ts";
import { Emitter } from "../live/emitter.ts";
import { StateFeed } from "../live/feeds.ts";
import { Wallets } from "../live/wallets.ts";
import type { Wallet } from "../live/wire.ts";

export interface WalletLineOptions {
  readonly address: string;
  readonly account: string;
  /** In a frame, which has no cookie. */
  readonly token?: string | null;
  readonly clock?: Clock;
  readonly network?: EventTarget;
  readonly openSocket?: NonNullable<ConnectionOptions["openSocket"]>;
}

export class WalletLine extends Emitter<{ changed: undefined }> {
  readonly #connection: Connection;
  readonly #wallets = new Wallets();
  #isFresh = false;

  constructor({ address, account, token, clock = realClock, network, openSocket }: WalletLineOptions) {
    super();
    const connection = new Connection({
      address,
      hello: () => ({ do: "hello", protocol: 1, watch: true, ...(token && { token }) }),
      clock,
      ...(network && { network }),
      ...(openSocket && { openSocket }),
    });
    this.#connection = connection;
    connection.on("phase", (phase) => {
      if (phase !== "open") this.#isFresh = false;
    });
    const feed = new StateFeed({
      connection,
      topic: `wallet.${account}`,
      take: (frame) => {
        this.#isFresh = true;
        if (this.#wallets.take(frame)) this.emit("changed");
        return false;
      },
    });
    feed.start();
  }

  start(): void {
    this.#connection.start();
  }

  stop(): void {
    this.#connection.stop();
  }

  /** As it was last known; null before that. */
  of(unit: string): Wallet | null {
    return this.#wallets.of(unit);
  }

  /** Only while the line stands: of what may be old the server is the judge. */
  current(unit: string): Wallet | null {
    return this.#isFresh ? this.of(unit) : null;
  }
}
