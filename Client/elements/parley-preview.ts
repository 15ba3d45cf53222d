// The widget beside the form that sets its look: it follows what is chosen there, before anything is saved.

import { makeButton } from "./buttons.ts";
import { Debounce } from "./debounce.ts";
import { make, setAttributes } from "./make.ts";

const waitMilliseconds = 300;
const schemes = ["light", "dark"] as const;

/** Attributes `address`, `form` and the words `heading`, `text`, `label`, `light` and `dark`. Without scripts there is the form alone. */
export class ParleyPreview extends HTMLElement {
  readonly #frame = make("iframe", { class: "preview" });
  readonly #debounce = new Debounce(waitMilliseconds);
  #listening: AbortController | null = null;
  #scheme: typeof schemes[number] = "light";

  connectedCallback(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#frame.title = this.getAttribute("label") ?? "";
    const buttons = schemes.map((scheme) => {
      const button = makeButton(this.getAttribute(scheme) ?? "", { "data-size": "small" });
      button.addEventListener("click", () => this.#choose(scheme), { signal });
      button.dataset["scheme"] = scheme;
      return button;
    });
    const head = make(
      "header",
      {},
      make("h2", {}, this.getAttribute("heading")),
      make("p", {}, this.getAttribute("text")),
    );
    this.replaceChildren(head, make("div", { class: "buttons" }, ...buttons), this.#frame);
    this.#form?.addEventListener("input", () => this.#debounce.start(() => this.#show()), { signal });
    this.#choose(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  }

  disconnectedCallback(): void {
    this.#debounce.stop();
    this.#listening?.abort();
  }

  get #form(): HTMLFormElement | null {
    const form = document.getElementById(this.getAttribute("form") ?? "");
    return form instanceof HTMLFormElement ? form : null;
  }

  #choose(scheme: typeof schemes[number]): void {
    this.#scheme = scheme;
    for (const button of this.querySelectorAll("button")) {
      setAttributes(button, { "aria-pressed": String(button.dataset["scheme"] === scheme) });
    }
    this.#show();
  }

  /** What must not stand in an address, the token of the form, is left out. */
  #show(): void {
    const query = new URLSearchParams({ scheme: this.#scheme });
    const form = this.#form;
    if (form !== null) {
      for (const [name, value] of new FormData(form)) {
        if (typeof value === "string" && name !== "form_token") query.set(name, value);
      }
    }
    this.#frame.src = `${this.getAttribute("address") ?? ""}?${query}`;
  }
}
