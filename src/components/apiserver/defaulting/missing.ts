/** Objects of the API as defaulting sees them: any field may be there or not. */
export type Fields = Record<string, unknown>;

/** Sets each field that is not there. */
export function missing(target: Fields, defaults: Fields): void {
  for (const [field, value] of Object.entries(defaults)) {
    if (target[field] === undefined || target[field] === null) target[field] = value;
  }
}

/** The map at a field; made when it is absent. */
export function ensured(target: Fields, field: string): Fields {
  const value = target[field];
  if (typeof value === "object" && value !== null) return value as Fields;
  const made: Fields = {};
  target[field] = made;
  return made;
}

/** The map at a field; undefined when it is absent. */
export function mapAt(target: Fields | undefined, field: string): Fields | undefined {
  const value = target?.[field];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The maps in the list at a field; none when it is absent. */
export function listAt(target: Fields | undefined, field: string): Fields[] {
  const value = target?.[field];
  return Array.isArray(value) ? value.filter((one): one is Fields => typeof one === "object" && one !== null) : [];
}
