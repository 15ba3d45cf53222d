// Filters that somebody gave a name. They are kept with the account, so that every browser of theirs has them.

export interface SavedView {
  readonly name: string;
  readonly query: string;
}

const address = "/console/views";

/** As many as the account may have; SavedView.swift has the same number. */
export const viewLimit = 20;

export class SavedViews {
  all: readonly SavedView[] = [];
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Without a network there are none until the next time. */
  async load(): Promise<void> {
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer === null || !answer.ok) return;
    this.#set(await answer.json() as readonly SavedView[]);
  }

  async save(view: SavedView): Promise<void> {
    await post(address, view);
    const others = this.all.filter(({ name }) => name !== view.name);
    this.#set([...others, view]);
  }

  async forget(name: string): Promise<void> {
    await post(`${address}/forget`, { name });
    this.#set(this.all.filter((view) => view.name !== name));
  }

  named(query: string): SavedView | null {
    return this.all.find((view) => view.query === query) ?? null;
  }

  #set(views: readonly SavedView[]): void {
    this.all = views;
    this.#changed();
  }
}

async function post(to: string, body: object): Promise<void> {
  const answer = await fetch(to, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${to}: ${answer.status}`);
}
