/** The address of a visitor's page as a link may carry it: what a visitor's browser sends is not to be trusted with other schemes. */
export function addressOf(url: string): string | null {
  const address = URL.parse(url);
  return address !== null && /^https?:$/.test(address.protocol) ? address.href : null;
}

/** As short as one says it: the path, or the host for a front page. */
export function shortAddress(url: string): string {
  const address = URL.parse(url);
  if (address === null) return url;
  return address.pathname === "/" ? address.hostname : address.pathname;
}
