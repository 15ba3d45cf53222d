// Where a browser keeps the console for when there is no connection. The page fills the shelf; the service worker hands out what lies
// there, and throws all of it away when somebody signs out.

export const shelfName = "parley-console";
export const consoleAddress = "/console";
export const shellAddress = "/console/shell";
/** Whom one can write to without a connection. */
export const keptAddress = "/console/kept";

export interface KeptChat {
  readonly conversation: string;
  readonly name: string;
  readonly site: string;
}

export interface Kept {
  readonly account: string;
  readonly chats: readonly KeptChat[];
}

/** What a page of ours loads, as its markup names it. */
export function assetsIn(markup: string): string[] {
  const found = markup.matchAll(/(?:href|src|alert-icon)="(\/assets\/[^"]+)"/g);
  return [...new Set(found.map((match) => match[1] ?? ""))];
}
