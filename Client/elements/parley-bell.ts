import { realClock } from "../live/clock.ts";
import { Connection } from "../live/connection.ts";
import { StateFeed } from "../live/feeds.ts";
import { Notices } from "../live/notices.ts";
import { setText } from "./make.ts";
import { liveAddress, whileLookedAt } from "./while-looked-at.ts";

/** The bell of a server-rendered page: a link with a count, which is kept true while the page is looked at. */
export class ParleyBell extends HTMLElement {
  #life: AbortController | null = null;
  #connection: Connection | null = null;

  connectedCallback(): void {
    this.#life = new AbortController();
    whileLookedAt(this.#life.signal, () => this.#start(), () => this.#stop());
  }

  disconnectedCallback(): void {
    this.#life?.abort();
  }

  #start(): void {
    if (this.#connection !== null) return;
    const connection = new Connection({
      address: liveAddress(),
      hello: () => ({ do: "hello", protocol: 1, watch: true }),
      clock: realClock,
      network: globalThis,
    });
    this.#connection = connection;
    const notices = new Notices();
    let feed: StateFeed | null = null;
    connection.on("welcome", ({ you }) => {
      feed ??= new StateFeed({
        connection,
        topic: `notices.${you.id}`,
        take: (frame) => {
          if (notices.take(frame)) this.#show(notices.unread);
          return false;
        },
      });
      feed.start();
    });
    connection.start();
  }

  #stop(): void {
    this.#connection?.stop();
    this.#connection = null;
  }

  #show(unread: number): void {
    const count = this.querySelector<HTMLElement>(".count");
    const figure = count?.querySelector("span");
    if (count === null || figure === null || figure === undefined) return;
    setText(figure, new Intl.NumberFormat(document.documentElement.lang || "en").format(unread));
    count.hidden = unread === 0;
  }
}
