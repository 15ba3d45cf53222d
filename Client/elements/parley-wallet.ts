import { WalletLine } from "../talk/wallet.ts";
import { Wallets } from "../live/wallets.ts";
import { liveAddress, whileLookedAt } from "./while-looked-at.ts";

const waitMilliseconds = 150;

/**
 * What of a page depends on a wallet: when it changes anywhere, the server is asked for this page anew, and what it renders takes the place of
 * what stood here. Attributes: `account`, and `revision`, the sum of the revisions of the wallets that the page was made from. Event
 * `parley-rendered`.
 */
export class ParleyWallet extends HTMLElement {
  #life: AbortController | null = null;
  #line: WalletLine | null = null;
  #timer = 0;

  connectedCallback(): void {
    this.#life = new AbortController();
    whileLookedAt(this.#life.signal, () => this.#start(), () => this.#stop());
  }

  disconnectedCallback(): void {
    this.#life?.abort();
  }

  #start(): void {
    if (this.#line !== null) return;
    const line = new WalletLine({
      address: liveAddress(),
      account: this.getAttribute("account") ?? "",
      network: globalThis,
    });
    line.on("changed", () => this.#expect());
    line.start();
    this.#line = line;
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#line?.stop();
    this.#line = null;
  }

  /** A payment moves more than one thing: one look for all of it. */
  #expect(): void {
    const known = Wallets.units.reduce((sum, unit) => sum + (this.#line?.of(unit)?.revision ?? 0), 0);
    if (known <= Number(this.getAttribute("revision"))) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#render(), waitMilliseconds);
  }

  async #render(): Promise<void> {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (answer === null || !answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("parley-wallet");
    if (fresh === null) return;
    this.setAttribute("revision", fresh.getAttribute("revision") ?? "0");
    this.replaceChildren(...fresh.childNodes);
    this.dispatchEvent(new Event("parley-rendered", { bubbles: true }));
  }
}
