// The key by which a website's visitor is known again (E6, E19): 128 random bits in a first-party cookie, renewed at each visit.

export function makeKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** For 365 days. `attributes` are what the website adds, such as `domain=example.com`, whose names then share the visitor. */
export function keepKey(attributes = ""): string {
  const key = /\bparley_key=(\w{32})/.exec(document.cookie)?.[1] ?? makeKey();
  const secure = location.protocol === "https:" ? ";secure" : "";
  document.cookie = `parley_key=${key};path=/;max-age=31536000;samesite=lax${secure};${attributes}`;
  return key;
}
