/** A value as JSON text in which the order of keys does not matter: what is saved, and what "nothing changed" compares. */
export function canonicalText(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_, it: unknown) => (isPlain(it) ? sorted(it) : it), indent);
}

/** Whether two values are the same but for the order of their keys. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((it, place) => same(it, b[place]));
  if (!isPlain(a) || !isPlain(b)) return false;
  const keys = Object.keys(a).filter((it) => a[it] !== undefined);
  const others = Object.keys(b).filter((it) => b[it] !== undefined);
  return keys.length === others.length && keys.every((it) => it in b && same(a[it], b[it]));
}

export function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
