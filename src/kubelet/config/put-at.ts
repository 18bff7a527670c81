/** Sets a value below `target`, making the mappings on the way. */
export function putAt(target: Record<string, unknown>, [head = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  target[head] ??= {};
  putAt(target[head] as Record<string, unknown>, rest, value);
}
