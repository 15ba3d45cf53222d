// Typed events without the DOM, so that the logic runs in tests as it runs in a page.

/** The events that carry nothing. */
type Bare<Events> = { [Name in keyof Events]: undefined extends Events[Name] ? Name : never }[keyof Events];

export class Emitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<(value: never) => void>>();

  /** Listens until the returned function is called or the signal is aborted. */
  on<Name extends keyof Events>(name: Name, listener: (value: Events[Name]) => void, signal?: AbortSignal): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    const off = (): void => void listeners.delete(listener);
    signal?.addEventListener("abort", off, { once: true });
    return off;
  }

  protected emit(name: Bare<Events>): void;
  protected emit<Name extends keyof Events>(name: Name, value: Events[Name]): void;
  protected emit<Name extends keyof Events>(name: Name, value?: Events[Name]): void {
    // A copy, because a listener may stop listening while it is called.
    for (const listener of [...(this.#listeners.get(name) ?? [])] as ((value?: Events[Name]) => void)[]) {
      listener(value);
    }
  }
}
