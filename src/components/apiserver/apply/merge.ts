import { isMap } from "../../../kube/patch/merge-patch.ts";
import type { FieldSet } from "./field-set.ts";
import { keyElement, valueElement } from "./field-values.ts";
import type { Shape } from "./shape.ts";

/** The live value with everything that the configuration declares put over it. */
export function merge(live: unknown, config: unknown, shape: Shape): unknown {
  if (config === undefined) return live;
  if (shape.kind === "map" && isMap(config) && isMap(live)) {
    const result: Record<string, unknown> = { ...live };
    for (const [key, value] of Object.entries(config)) result[key] = merge(live[key], value, shape.field(key));
    return result;
  }
  if (shape.kind === "keyedList" && Array.isArray(config) && Array.isArray(live))
    return mergeKeyed(live, config, shape);
  if (shape.kind === "set" && Array.isArray(config) && Array.isArray(live)) {
    const has = new Set(live.map(valueElement));
    return [...live, ...config.filter((one) => !has.has(valueElement(one)))];
  }
  return config;
}

function mergeKeyed(
  live: readonly unknown[],
  config: readonly unknown[],
  shape: Extract<Shape, { kind: "keyedList" }>,
): unknown[] {
  const declared = new Map(config.map((one) => [keyElement(one, shape.keys), one]));
  const merged = live.map((one) => {
    const key = keyElement(one, shape.keys);
    const over = declared.get(key);
    declared.delete(key);
    return over === undefined ? one : merge(one, over, shape.element);
  });
  return [...merged, ...declared.values()];
}

/** The value without the paths of the set. */
export function prune(value: unknown, drop: FieldSet, shape: Shape): unknown {
  if (drop.children.size === 0) return value;
  if (shape.kind === "map" && isMap(value)) {
    const entries = Object.entries(value).flatMap(([key, one]): [string, unknown][] => {
      const below = drop.children.get(`f:${key}`);
      if (!below) return [[key, one]];
      const rest = below.self ? undefined : prune(one, below, shape.field(key));
      // A map or list that held nothing else goes with what it held.
      return rest === undefined || (isHollow(rest) && !isHollow(one)) ? [] : [[key, rest]];
    });
    return Object.fromEntries(entries);
  }
  if (!Array.isArray(value)) return value;
  if (shape.kind === "set") return value.filter((one) => !drop.children.has(valueElement(one)));
  if (shape.kind !== "keyedList") return value;
  return value.flatMap((one) => {
    const below = drop.children.get(keyElement(one, shape.keys));
    if (!below) return [one];
    return below.self ? [] : [prune(one, below, shape.element)];
  });
}

function isHollow(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
