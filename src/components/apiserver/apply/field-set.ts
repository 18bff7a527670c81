/**
 * A set of paths into an object, as managedFields has it: `f:name` a field, `k:{...}` an element of a list by its keys,
 * `v:value` an element of a set. `self` tells whether the path up to here is in the set.
 */
export type FieldSet = { readonly self: boolean; readonly children: ReadonlyMap<string, FieldSet> };

export const emptySet: FieldSet = { self: false, children: new Map() };
export const leaf: FieldSet = { self: true, children: new Map() };

export function isEmpty({ self, children }: FieldSet): boolean {
  return !self && children.size === 0;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  const children = new Map(a.children);
  for (const [key, child] of b.children) children.set(key, union(children.get(key) ?? emptySet, child));
  return { self: a.self || b.self, children };
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return combined(a, b, (inA, inB) => inA && inB);
}

export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return combined(a, b, (inA, inB) => inA && !inB);
}

function combined(a: FieldSet, b: FieldSet, keep: (inA: boolean, inB: boolean) => boolean): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const [key, child] of a.children) {
    const rest = combined(child, b.children.get(key) ?? emptySet, keep);
    if (!isEmpty(rest)) children.set(key, rest);
  }
  return { self: keep(a.self, b.self), children };
}

/** The subset without what lies below the given paths. */
export function without(set: FieldSet, paths: readonly (readonly string[])[]): FieldSet {
  return paths.reduce((rest, path) => dropped(rest, path), set);
}

function dropped(set: FieldSet, [first, ...rest]: readonly string[]): FieldSet {
  if (first === undefined) return emptySet;
  const child = set.children.get(first);
  if (!child) return set;
  const children = new Map(set.children);
  const remaining = rest.length === 0 ? emptySet : dropped(child, rest);
  if (isEmpty(remaining)) children.delete(first);
  else children.set(first, remaining);
  return { self: set.self, children };
}

/** The form of managedFields' fieldsV1. */
export function toFieldsV1({ self, children }: FieldSet): Record<string, unknown> {
  const entries = [...children].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, child]) => [key, toFieldsV1(child)]);
  return { ...(self && children.size > 0 && { ".": {} }), ...Object.fromEntries(entries) };
}

export function fromFieldsV1(fields: unknown): FieldSet {
  const entries = Object.entries((fields ?? {}) as Record<string, unknown>);
  const below = entries.filter(([key]) => key !== ".");
  return {
    self: below.length === 0 || below.length < entries.length,
    children: new Map(below.map(([key, child]) => [key, fromFieldsV1(child)])),
  };
}

/** Every path of the set, in the dotted form of messages: `.spec.containers[name="web"].image`. */
export function pathsOf(set: FieldSet, prefix = ""): string[] {
  const below = [...set.children].flatMap(([key, child]) => pathsOf(child, `${prefix}${shown(key)}`));
  return set.self && prefix ? [prefix, ...below] : below;
}

function shown(element: string): string {
  const text = element.slice(2);
  if (element.startsWith("f:")) return `.${text}`;
  if (element.startsWith("v:")) return `[=${text}]`;
  const keys = Object.entries(JSON.parse(text) as Record<string, unknown>);
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}]`;
}
