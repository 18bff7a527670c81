import { badRequest } from "../http/api-error.ts";
import { isMap } from "./merge-patch.ts";

/** How a list of some field merges: by a key of its elements, as a set of scalars, or not at all. */
export type ListMerge = { readonly kind: "map"; readonly key: string } | { readonly kind: "set" };
/** Tells how the list at a field merges, and what stands below a field; the API's types know. */
export type MergeSchema = {
  list(field: string): ListMerge | undefined;
  below(field: string): MergeSchema;
};

type Map = Record<string, unknown>;
const directive = "$patch";
const deletePrefix = "$deleteFromPrimitiveList/";
const orderPrefix = "$setElementOrder/";
const retainKeys = "$retainKeys";

/** Strategic merge patch (sig-api-machinery/strategic-merge-patch.md): a merge patch that knows lists with keys. */
export function strategicMerge(target: unknown, patch: unknown, schema: MergeSchema): unknown {
  if (!isMap(patch)) return patch;
  if (patch[directive] === "replace") return without(patch, [directive]);
  if (patch[directive] === "delete") return {};
  const current = isMap(target) ? { ...target } : {};
  const kept = patch[retainKeys];
  if (Array.isArray(kept)) for (const key of Object.keys(current)) if (!kept.includes(key)) delete current[key];
  for (const [key, value] of Object.entries(patch)) {
    if (key === directive || key === retainKeys || key.startsWith(orderPrefix)) continue;
    if (key.startsWith(deletePrefix)) removeScalars(current, key.slice(deletePrefix.length), value);
    else if (value === null) delete current[key];
    else current[key] = mergeField(current[key], value, { schema, key, order: patch[`${orderPrefix}${key}`] });
  }
  applyOrders(current, patch, schema);
  return current;
}

type At = { readonly schema: MergeSchema; readonly key: string; readonly order: unknown };

function mergeField(current: unknown, value: unknown, { schema, key }: At): unknown {
  if (!Array.isArray(value)) return strategicMerge(current, value, schema.below(key));
  const how = schema.list(key);
  const list = Array.isArray(current) ? current : [];
  if (!how) return value;
  if (how.kind === "set") return [...list, ...value.filter((one) => !list.includes(one))];
  return mergeKeyed(list, value, { key: how.key, schema: schema.below(key) });
}

function mergeKeyed(
  current: readonly unknown[],
  patch: readonly unknown[],
  { key, schema }: { key: string; schema: MergeSchema },
): unknown[] {
  if (patch.some((one) => isMap(one) && one[directive] === "replace")) {
    return patch.filter((one) => !(isMap(one) && one[directive] === "replace"));
  }
  let result = [...current];
  const fresh: unknown[] = [];
  for (const element of patch) {
    if (!isMap(element)) throw badRequest("unable to merge: a list of objects got an element that is none");
    const id = element[key];
    if (id === undefined)
      throw badRequest(`map: ${JSON.stringify(element)} does not contain declared merge key: ${key}`);
    const at = result.findIndex((one) => isMap(one) && one[key] === id);
    if (element[directive] === "delete") result = result.filter((one) => !(isMap(one) && one[key] === id));
    else if (at < 0) fresh.push(strategicMerge({}, element, schema));
    else result[at] = strategicMerge(result[at], element, schema);
  }
  return [...result, ...fresh];
}

function removeScalars(current: Map, key: string, values: unknown): void {
  const list = current[key];
  if (Array.isArray(list) && Array.isArray(values)) current[key] = list.filter((one) => !values.includes(one));
}

function applyOrders(current: Map, patch: Map, schema: MergeSchema): void {
  for (const [name, order] of Object.entries(patch)) {
    if (!name.startsWith(orderPrefix) || !Array.isArray(order)) continue;
    const key = name.slice(orderPrefix.length);
    const list = current[key];
    if (!Array.isArray(list)) continue;
    const how = schema.list(key);
    const idOf = (one: unknown) => (how?.kind === "map" && isMap(one) ? one[how.key] : one);
    current[key] = ordered(list, order.map(idOf), idOf);
  }
}

/** Elements that the order names stand in that order; the others stay after the element that they followed. */
function ordered(list: readonly unknown[], order: readonly unknown[], idOf: (one: unknown) => unknown): unknown[] {
  const named = list.filter((one) => order.includes(idOf(one)));
  const sorted = [...named].sort((a, b) => order.indexOf(idOf(a)) - order.indexOf(idOf(b)));
  let next = 0;
  return list.map((one) => (order.includes(idOf(one)) ? sorted[next++] : one));
}

function without(map: Map, keys: readonly string[]): Map {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}
