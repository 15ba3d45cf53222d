import { type PushState, pushState, subscribeToPushes, unsubscribeFromPushes } from "./push.ts";

type Shown = PushState | "failed";

/**
 * The switch for pushes to this browser. The server has written what it may say; of the parts with `data-when` those that are true are
 * shown. Without scripts it is not there, as pushes are not.
 */
export class ParleyPush extends HTMLElement {
  #life: AbortController | null = null;

  connectedCallback(): void {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#press("on", subscribeToPushes, signal);
    this.#press("off", unsubscribeFromPushes, signal);
    this.#show(pushState());
  }

  disconnectedCallback(): void {
    this.#life?.abort();
    this.#life = null;
  }

  #press(name: string, act: () => Promise<PushState>, signal: AbortSignal): void {
    const button = this.querySelector<HTMLButtonElement>(`button[data-turn=${name}]`);
    button?.addEventListener("click", () => {
      button.setAttribute("aria-busy", "true");
      this.#show(act().finally(() => button.removeAttribute("aria-busy")));
    }, { signal });
  }

  #show(found: Promise<PushState>): void {
    found.then((state) => this.#tell(state), () => this.#tell("failed"));
  }

  #tell(state: Shown): void {
    if (this.#life === null) return;
    for (const part of this.querySelectorAll<HTMLElement>("[data-when]")) {
      part.hidden = !(part.dataset["when"] ?? "").split(" ").includes(state);
    }
    this.hidden = false;
  }
}
