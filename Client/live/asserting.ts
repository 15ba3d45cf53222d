// The few assertions the tests need, so that testing takes nothing from a registry.

export function assert(condition: unknown, message = "expected something true"): asserts condition {
  if (!condition) throw new Error(message);
}

export function assertEquals(actual: unknown, expected: unknown, message = ""): void {
  const [left, right] = [show(actual), show(expected)];
  if (left !== right) throw new Error(`${message}\n  actual:   ${left}\n  expected: ${right}`);
}

export async function assertRejects(promise: Promise<unknown>, kind: new (...values: never[]) => Error): Promise<void> {
  try {
    await promise;
  } catch (error) {
    return assert(error instanceof kind, `rejected with ${error}`);
  }
  throw new Error(`expected ${kind.name}`);
}

/** Keys in order, so that two objects with the same fields read the same. */
function show(value: unknown): string {
  return JSON.stringify(
    value,
    (_, part: unknown) =>
      typeof part === "object" && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1))
        : part,
  ) ?? "undefined";
}
