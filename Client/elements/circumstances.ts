import type { AssignedSite, VisitorRow } from "../live/wire.ts";
import type { Circumstances } from "./guards.ts";

interface Around {
  readonly sites: readonly AssignedSite[];
  readonly rows: Iterable<VisitorRow>;
  readonly isPaid: boolean;
}

/** What a message is looked at by before it leaves: the own other websites, by name and by host, and whom it is for. */
export function circumstancesOf(row: VisitorRow | undefined, { sites, rows, isPaid }: Around): Circumstances {
  if (row === undefined) return { otherBrands: [], visitor: null, isPaid: false, offPlatform: "allow" };
  const names = sites.filter((site) => site.id !== row.site).map((site) => site.name);
  const others = [...rows].filter((other) => other.site !== row.site);
  const hosts = new Set(others.map(hostOf));
  hosts.delete(hostOf(row));
  hosts.delete("");
  const { offPlatform = "allow" } = sites.find((site) => site.id === row.site) ?? {};
  return { otherBrands: [...names, ...hosts], visitor: row.visitor.name, isPaid, offPlatform };
}

/** The website of the page that a visitor looks at; empty where none is known. */
function hostOf({ visitor: { page } }: VisitorRow): string {
  return page !== null && URL.canParse(page.url) ? new URL(page.url).hostname : "";
}
