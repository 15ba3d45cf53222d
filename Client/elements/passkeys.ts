// What both elements around passkeys need: bytes as text, and a form that carries what an authenticator said.

/** Passkeys belong to one origin, and exist only where the browser has a secure page. */
export function canUsePasskeys(origin: string): boolean {
  return location.origin === origin && "PublicKeyCredential" in globalThis && "credentials" in navigator;
}

/** Base 64 with the letters of addresses, without padding. */
export function textOf(bytes: ArrayBuffer): string {
  const letters = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

/** Puts texts into the hidden fields of a form. */
export function fill(form: HTMLFormElement, fields: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(fields)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = value;
  }
}

/** What a person reads when there was no answer: they went away, the device has one already, or something else. */
export type Failure = "left" | "known" | "failed";

export function failureOf(error: unknown): Failure {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "AbortError") return "left";
  return name === "InvalidStateError" ? "known" : "failed";
}

/** Of the parts with `data-when`, the one that is true; none for null. */
export function tell(element: HTMLElement, failure: Failure | null): void {
  for (const part of element.querySelectorAll<HTMLElement>("[data-when]")) {
    part.hidden = part.dataset["when"] !== failure;
  }
}
