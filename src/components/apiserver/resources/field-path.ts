/** The scalar at a path as a field selector compares it: its text, "" where it is absent. */
export function dig(object: unknown, ...path: readonly string[]): string {
  let value: unknown = object;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return "";
    value = (value as Record<string, unknown>)[step];
  }
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}
