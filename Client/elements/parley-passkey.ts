import { bytesOf, canUsePasskeys, failureOf, fill, tell, textOf } from "./passkeys.ts";

const challengeAddress = "/sign-in/passkey/challenge";
/** A challenge is renewed before it ends. */
const sparedMilliseconds = 30_000;

interface Challenge {
  readonly challenge: string;
  readonly state: string;
  readonly party: string;
  readonly lifeSeconds: number;
}

/**
 * Signs in with a passkey: by its button, and where the browser offers it among the suggestions of the address field. Where there are no
 * passkeys it stays hidden; with `data-quiet`, after something went wrong, it waits to be pressed.
 */
export class ParleyPasskey extends HTMLElement {
  #life: AbortController | null = null;
  /** The browser asks one question at a time. */
  #asking: AbortController | null = null;
  #isFilled = false;

  connectedCallback(): void {
    const form = this.querySelector("form");
    if (form === null || !canUsePasskeys(this.dataset["origin"] ?? "")) return;
    this.#life = new AbortController();
    const { signal } = this.#life;
    form.addEventListener("submit", (event) => {
      if (this.#isFilled) return;
      event.preventDefault();
      tell(this, null);
      // The suggestion ends here: whoever presses knows where passkeys are.
      this.#ask(form, "optional").catch((error: unknown) => tell(this, failureOf(error)));
    }, { signal });
    addEventListener("pageshow", (event) => event.persisted && location.reload(), { signal });
    this.hidden = false;
    this.#suggest(form, signal).catch(() => {});
  }

  disconnectedCallback(): void {
    this.#life?.abort();
    this.#life = null;
    this.#asking?.abort();
  }

  /** Waits quietly, with a new challenge whenever the old one would be too old. */
  async #suggest(form: HTMLFormElement, signal: AbortSignal): Promise<void> {
    if (this.dataset["quiet"] !== undefined || !await PublicKeyCredential.isConditionalMediationAvailable?.()) return;
    let isRenewed = true;
    while (isRenewed && !signal.aborted) isRenewed = await this.#ask(form, "conditional");
  }

  /** Whether it ended only because the challenge was too old. */
  async #ask(form: HTMLFormElement, mediation: CredentialMediationRequirement): Promise<boolean> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const { challenge, state, party, lifeSeconds } = await freshChallenge(asking.signal);
    const milliseconds = lifeSeconds * 1_000 - sparedMilliseconds;
    let isLate = false;
    const end = setTimeout(() => {
      isLate = true;
      asking.abort();
    }, milliseconds);
    try {
      const publicKey: PublicKeyCredentialRequestOptions = {
        challenge: bytesOf(challenge),
        rpId: party,
        userVerification: "required",
        timeout: milliseconds,
      };
      // For whoever looks on, such as a test: the browser has the question now.
      this.dataset["asks"] = mediation;
      const given = await navigator.credentials.get({ mediation, publicKey, signal: asking.signal });
      this.#send(form, state, given);
    } catch (error) {
      if (!isLate || mediation !== "conditional") throw error;
    } finally {
      clearTimeout(end);
    }
    return isLate;
  }

  #send(form: HTMLFormElement, state: string, given: Credential | null): void {
    if (!(given instanceof PublicKeyCredential)) throw new TypeError("no passkey came");
    const { response } = given;
    if (!(response instanceof AuthenticatorAssertionResponse)) throw new TypeError("this signs nothing");
    fill(form, {
      state,
      credential: textOf(given.rawId),
      client: textOf(response.clientDataJSON),
      authenticator: textOf(response.authenticatorData),
      signature: textOf(response.signature),
      user: response.userHandle === null ? "" : textOf(response.userHandle),
    });
    this.#isFilled = true;
    form.requestSubmit();
  }
}

async function freshChallenge(signal: AbortSignal): Promise<Challenge> {
  const answer = await fetch(challengeAddress, { headers: { Accept: "application/json" }, signal });
  if (!answer.ok) throw new TypeError(`the server answered ${answer.status}`);
  return await answer.json() as Challenge;
}
