/** A browser may forbid storage to a page; asking for it then throws. */
export function storageOf(name: "localStorage" | "sessionStorage"): Storage | null {
  try {
    return globalThis[name];
  } catch {
    return null;
  }
}
