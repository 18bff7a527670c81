import { isMap } from "../../../kube/patch/merge-patch.ts";
import { emptySet, type FieldSet, leaf } from "./field-set.ts";
import type { Shape } from "./shape.ts";

type Map_ = Readonly<Record<string, unknown>>;

/** Keys that may be left out, with what they then are. */
const keyDefaults: Readonly<Record<string, unknown>> = { protocol: "TCP" };

/** The path element of a list's element by its keys: `k:{"containerPort":80,"protocol":"TCP"}`. */
export function keyElement(element: unknown, keys: readonly string[]): string {
  const fields = (isMap(element) ? element : {}) as Map_;
  const pairs = [...keys].sort().flatMap((key) => {
    const value = fields[key] ?? keyDefaults[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return `k:${JSON.stringify(Object.fromEntries(pairs))}`;
}

export function valueElement(value: unknown): string {
  return `v:${JSON.stringify(value)}`;
}

/** Every path of a value, down to what is owned as a whole. */
export function fieldsOf(value: unknown, shape: Shape): FieldSet {
  if (shape.kind === "map" && isMap(value)) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    if (entries.length === 0) return leaf;
    return {
      self: false,
      children: new Map(entries.map(([key, one]) => [`f:${key}`, fieldsOf(one, shape.field(key))])),
    };
  }
  if (shape.kind === "keyedList" && Array.isArray(value)) {
    if (value.length === 0) return leaf;
    const children = value.map((one): [string, FieldSet] => {
      const below = fieldsOf(one, shape.element);
      return [keyElement(one, shape.keys), { self: true, children: below.children }];
    });
    return { self: false, children: new Map(children) };
  }
  if (shape.kind === "set" && Array.isArray(value)) {
    if (value.length === 0) return leaf;
    return { self: false, children: new Map(value.map((one) => [valueElement(one), leaf])) };
  }
  return value === undefined ? emptySet : leaf;
}
