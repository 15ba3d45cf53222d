// Everybody who is on the websites of a team now (docs/protocol.md, 4, `monitoring.…`), without the DOM.

import type { MonitoredVisitor, MonitoringSnapshot, ServerFrame } from "./wire.ts";

/** A visitor of the live page, and where they are. */
export interface Present extends MonitoredVisitor {
  readonly site: string;
}

export interface Wanted {
  /** Empty for all. */
  readonly site: string;
  readonly words: string;
}

export class Monitored {
  readonly #bySite = new Map<string, Map<string, Present>>();
  /** Of websites with more visitors than a snapshot holds, how many it left out. */
  readonly #leftOut = new Map<string, number>();

  /** Whether something changed. */
  take(frame: ServerFrame): boolean {
    if (!("topic" in frame) || !frame.topic?.startsWith("monitoring.")) return false;
    const site = frame.topic.slice("monitoring.".length);
    if (frame.event === "Snapshot") return this.#replace(site, frame as MonitoringSnapshot);
    const held = this.#bySite.get(site);
    // What comes before the snapshot is in it.
    if (frame.event !== "MonitoringChanged" || held === undefined) return false;
    for (const row of frame.rows) held.set(row.visitor, { ...row, site });
    for (const visitor of frame.gone) held.delete(visitor);
    return true;
  }

  /** A website is none of ours any more. */
  drop(site: string): void {
    this.#bySite.delete(site);
    this.#leftOut.delete(site);
  }

  has(site: string): boolean {
    return this.#bySite.has(site);
  }

  get(site: string, visitor: string): Present | undefined {
    return this.#bySite.get(site)?.get(visitor);
  }

  /** How many there are, also those that are not held. */
  count(site: string): number {
    const sites = site === "" ? [...this.#bySite.keys()] : [site];
    return sites.reduce((sum, one) => sum + (this.#bySite.get(one)?.size ?? 0) + (this.#leftOut.get(one) ?? 0), 0);
  }

  /** Those that are asked for, the latest first. `about` says what else one may look for than what the row has. */
  list({ site, words }: Wanted, about: (visitor: Present) => string): Present[] {
    const wanted = folded(words).split(" ").filter((word) => word !== "");
    const from = site === "" ? [...this.#bySite.values()] : [this.#bySite.get(site) ?? new Map<string, Present>()];
    const all = from.flatMap((held) => [...held.values()]);
    const found = wanted.length === 0 ? all : all.filter((visitor) => {
      const text = folded(`${said(visitor)} ${about(visitor)}`);
      return wanted.every((word) => text.includes(word));
    });
    return found.sort((a, b) => (b.since ?? 0) - (a.since ?? 0) || b.visitor.localeCompare(a.visitor));
  }

  #replace(site: string, { rows, total }: MonitoringSnapshot): true {
    this.#bySite.set(site, new Map(rows.map((row) => [row.visitor, { ...row, site }])));
    this.#leftOut.set(site, Math.max(0, total - rows.length));
    return true;
  }
}

function said({ name, page, source, city }: Present): string {
  return [name, page?.title, page?.url, source, city].filter((part) => part).join(" ");
}

/** Without capitals and accents. */
function folded(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}
