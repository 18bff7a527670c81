import { isDeepStrictEqual } from "node:util";
import { isMap } from "../../../kube/patch/merge-patch.ts";
import { emptySet, type FieldSet, isEmpty, leaf } from "./field-set.ts";
import { fieldsOf, keyElement, valueElement } from "./field-values.ts";
import type { Shape } from "./shape.ts";

/** What differs between two states of an object. */
export type Comparison = { readonly changed: FieldSet; readonly removed: FieldSet };

const same: Comparison = { changed: emptySet, removed: emptySet };

/** `changed` holds what was added or modified. */
export function compare(before: unknown, after: unknown, shape: Shape): Comparison {
  if (before === after) return same;
  if (before === undefined) return { changed: fieldsOf(after, shape), removed: emptySet };
  if (after === undefined) return { changed: emptySet, removed: fieldsOf(before, shape) };
  const [left, right] = [elementsOf(before, shape), elementsOf(after, shape)];
  if (left && right) return compareElements(left, right, shape);
  return isDeepStrictEqual(before, after) ? same : { changed: leaf, removed: emptySet };
}

type Elements = ReadonlyMap<string, { readonly value: unknown; readonly shape: Shape }>;

/** The parts of a value that is owned part by part. */
function elementsOf(value: unknown, shape: Shape): Elements | undefined {
  if (shape.kind === "map" && isMap(value)) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    return new Map(entries.map(([key, one]) => [`f:${key}`, { value: one, shape: shape.field(key) }]));
  }
  if (!Array.isArray(value)) return undefined;
  if (shape.kind === "keyedList") {
    return new Map(value.map((one) => [keyElement(one, shape.keys), { value: one, shape: shape.element }]));
  }
  if (shape.kind === "set")
    return new Map(value.map((one) => [valueElement(one), { value: one, shape: { kind: "atomic" } }]));
  return undefined;
}

function compareElements(left: Elements, right: Elements, shape: Shape): Comparison {
  const changed = new Map<string, FieldSet>();
  const removed = new Map<string, FieldSet>();
  const isList = shape.kind === "keyedList";
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    const [old, next] = [left.get(key), right.get(key)];
    const part = compare(old?.value, next?.value, (next ?? old)?.shape ?? { kind: "atomic" });
    const whole = isList && (!old || !next);
    if (!isEmpty(part.changed)) changed.set(key, whole ? { ...part.changed, self: true } : part.changed);
    if (!isEmpty(part.removed)) removed.set(key, whole ? { ...part.removed, self: true } : part.removed);
  }
  // A map that lost its last field is now a value of its own.
  const becameEmpty = right.size === 0 && left.size > 0;
  return {
    changed: { self: becameEmpty, children: changed },
    removed: { self: left.size === 0 && right.size > 0, children: removed },
  };
}
