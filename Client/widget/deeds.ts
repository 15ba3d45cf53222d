// What things that are done on a page are called. Pure, but for reading elements.

/** `parley(what, name, value)`. */
export type Command = readonly [what: string, name?: unknown, value?: unknown];

export function isCommand(all: readonly unknown[]): all is Command {
  return typeof all[0] === "string";
}

const files = /\.(pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|txt|csv|epub|zip|gz|7z|rar|mp3|mp4|dmg|exe|apk)$/i;

/** The name of the file that a link leads to; empty where it leads to a page. */
export function downloadName(link: Pick<HTMLAnchorElement, "pathname" | "download" | "hasAttribute">): string {
  const { pathname, download } = link;
  const name = pathname.slice(pathname.lastIndexOf("/") + 1);
  return files.test(pathname) || link.hasAttribute("download") ? download || plain(name) : "";
}

function plain(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** As much of it as is told, and no half of a sign: a server could not read that. */
export function cut(text: string, limit: number): string {
  return text.trim().slice(0, limit).replace(/[\ud800-\udbff]$/, "");
}

/** As a form is called: by its label, its name or where it leads. */
export function labelOf(form: Element): string {
  const said = ["aria-label", "name", "id", "action"].map((name) => form.getAttribute(name)).find(Boolean);
  return said ?? form.querySelector("legend, h1, h2, h3, button")?.textContent?.trim() ?? "form";
}

/** What was put into the cart, and how much it is. */
export function cartWords(cart: unknown): [label: string, value: string] {
  const { product, quantity, total, currency } = (cart ?? {}) as Record<string, unknown>;
  const value = [quantity === undefined ? "" : `${quantity} ×`, total, currency].filter((word) =>
    word !== undefined && word !== ""
  );
  return [String(product ?? ""), value.join(" ")];
}
