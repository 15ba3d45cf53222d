import { bytesOf, canUsePasskeys, failureOf, fill, tell, textOf } from "./passkeys.ts";

const lifeMilliseconds = 240_000;

/**
 * Makes a passkey when its form is sent, and sends it along. The server has written what the authenticator is asked; without scripts,
 * or where the browser has no passkeys, the words in `data-instead` stay and the form does not come.
 */
export class ParleyNewPasskey extends HTMLElement {
  #life: AbortController | null = null;
  #isFilled = false;

  connectedCallback(): void {
    const form = this.querySelector("form");
    if (form === null || !canUsePasskeys(this.#said("origin"))) return;
    this.#life = new AbortController();
    const { signal } = this.#life;
    form.addEventListener("submit", (event) => {
      if (this.#isFilled) return;
      event.preventDefault();
      this.#make(form, signal).catch((error: unknown) => tell(this, failureOf(error)));
    }, { signal });
    // A page that comes back has an answer in it that was sent already.
    addEventListener("pageshow", (event) => event.persisted && location.reload(), { signal });
    const instead = document.getElementById(this.#said("instead"));
    if (instead !== null) instead.hidden = true;
    this.hidden = false;
  }

  disconnectedCallback(): void {
    this.#life?.abort();
    this.#life = null;
  }

  #said(name: string): string {
    return this.dataset[name] ?? "";
  }

  #list(name: string): string[] {
    return this.#said(name).split(" ").filter((part) => part !== "");
  }

  async #make(form: HTMLFormElement, signal: AbortSignal): Promise<void> {
    tell(this, null);
    const made = await navigator.credentials.create({ publicKey: this.#question(), signal });
    if (!(made instanceof PublicKeyCredential)) throw new TypeError("no passkey came");
    const { response } = made;
    if (!(response instanceof AuthenticatorAttestationResponse)) throw new TypeError("this is no new passkey");
    fill(form, { client: textOf(response.clientDataJSON), attestation: textOf(response.attestationObject) });
    this.#isFilled = true;
    form.requestSubmit();
  }

  #question(): PublicKeyCredentialCreationOptions {
    return {
      challenge: bytesOf(this.#said("challenge")),
      rp: { id: this.#said("party"), name: this.#said("house") },
      user: { id: bytesOf(this.#said("user")), name: this.#said("userName"), displayName: this.#said("displayName") },
      pubKeyCredParams: this.#list("algorithms").map((number) => ({ type: "public-key", alg: Number(number) })),
      excludeCredentials: this.#list("known").map((text) => ({ type: "public-key", id: bytesOf(text) })),
      // It has to open without a name, and has to make sure who uses it: one passkey is both steps.
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      attestation: "none",
      timeout: lifeMilliseconds,
    };
  }
}
