import { Debounce } from "./debounce.ts";
import type { Desk } from "./desk.ts";
import { nameOf } from "./row.ts";
import { assetsIn, consoleAddress, type Kept, keptAddress, shelfName, shellAddress } from "./shelf.ts";

const worker = "/sw.js";
const keptAfterMilliseconds = 1_000;
const mostChats = 50;

/** Puts on the shelf what opens without a connection: the empty page of today's build, and whom one talks to now. */
export class ShellKeeper {
  readonly #desk: Desk;
  readonly #debounce = new Debounce(keptAfterMilliseconds);
  #kept = "";
  #isFilled = false;
  #isOver = false;

  constructor(desk: Desk, signal: AbortSignal) {
    this.#desk = desk;
    const { workspace, texts } = desk;
    // Plain http has neither.
    if (!("serviceWorker" in navigator) || !("caches" in globalThis)) return;
    workspace.connection.on("welcome", () => {
      // Once is enough: after a restart the server may have another build than this page.
      if (this.#isFilled) return;
      this.#isFilled = true;
      keepShell(texts.language).then(() => this.#keepSoon(), () => {});
    }, signal);
    workspace.on("rows", () => this.#keepSoon(), signal);
    workspace.on("ended", ({ why }) => why === "notAllowed" && this.#clear(), signal);
    document.getElementById("sign-out")?.addEventListener("submit", () => this.#isOver = true, { signal });
    signal.addEventListener("abort", () => this.#debounce.stop());
  }

  #keepSoon(): void {
    this.#debounce.start(() => this.#keep().catch(() => {}));
  }

  async #keep(): Promise<void> {
    // Without the page, or after it was thrown away, nobody would read it.
    if (this.#isOver || !this.#desk.workspace.loaded || !await caches.has(shelfName)) return;
    const kept = JSON.stringify(this.#chats());
    if (kept === this.#kept) return;
    this.#kept = kept;
    const shelf = await caches.open(shelfName);
    await shelf.put(keptAddress, new Response(kept, { headers: { "Content-Type": "application/json" } }));
  }

  #chats(): Kept {
    const { workspace } = this.#desk;
    const own = [...workspace.rows.rows.values()].filter((row) => workspace.hasJoined(row) && workspace.mayWrite(row));
    const chats = own.sort((a, b) => b.activeAt - a.activeAt).slice(0, mostChats).map((row) => ({
      conversation: row.conversation,
      name: nameOf(row, this.#desk),
      site: workspace.siteOf(row)?.name ?? "",
    }));
    return { account: workspace.account, chats };
  }

  #clear(): void {
    this.#isOver = true;
    caches.delete(shelfName).catch(() => {});
  }
}

/** Asked for without cookies: what is kept was made for nobody. Everything is there before the page is, so that it is never half of one build. */
async function keepShell(language: string): Promise<void> {
  await navigator.serviceWorker.register(worker);
  const page = await fetch(`${shellAddress}?language=${language}`, { credentials: "omit" });
  if (!page.ok) return;
  const assets = assetsIn(await page.clone().text());
  const shelf = await caches.open(shelfName);
  const known = new Set((await shelf.keys()).map((request) => new URL(request.url).pathname));
  await shelf.addAll(assets.filter((address) => !known.has(address)));
  await shelf.put(consoleAddress, page);
  const needed = new Set([...assets, consoleAddress, keptAddress]);
  for (const address of known) if (!needed.has(address)) await shelf.delete(address);
}

/** Null where nothing was kept. */
export async function readKept(): Promise<Kept | null> {
  const answer = await caches.match(keptAddress).catch(() => undefined);
  return answer === undefined ? null : await answer.json() as Kept;
}
