import { parseQuantity } from "../../kube/quantity.ts";

/** Fields whose values are quantities, which the API rewrites: 1024Mi comes back as 1Gi. */
const quantityFields: ReadonlySet<string> = new Set(["limits", "requests", "hard", "capacity"]);

/** Lists that server-side apply merges by a key (`x-kubernetes-list-map-keys`): what others added to them stays. */
const listKeys: Readonly<Record<string, string>> = {
  containers: "name",
  initContainers: "name",
  env: "name",
  volumes: "name",
  volumeMounts: "mountPath",
};

/**
 * Whether `current` has every field of `wished`, as server-side apply would leave it: elements of lists that are merged by
 * a key are looked up by it, other lists must be equally long.
 */
export function holds(current: unknown, wished: unknown): boolean {
  if (isNothing(wished)) return isNothing(current);
  if (Array.isArray(wished)) return holdsList(isNothing(current) ? [] : current, wished);
  if (typeof wished !== "object") return current === wished;
  // the API leaves empty objects out
  if (isNothing(current)) return Object.keys(wished).length === 0;
  if (typeof current !== "object" || Array.isArray(current)) return false;
  return Object.entries(wished).every(([field, value]) => holdsField(field, (current as Fields)[field], value));
}

type Fields = Readonly<Record<string, unknown>>;

function holdsField(field: string, current: unknown, wished: unknown): boolean {
  if (quantityFields.has(field) && isFields(current) && isFields(wished)) {
    return Object.entries(wished).every(([name, value]) => isSameQuantity(current[name], value));
  }
  const key = listKeys[field];
  return key === undefined ? holds(current, wished) : holdsByKey(key, current, wished);
}

function holdsList(current: unknown, wished: readonly unknown[]): boolean {
  if (!Array.isArray(current) || current.length !== wished.length) return false;
  return wished.every((one, index) => holds(current[index], one));
}

function holdsByKey(key: string, current: unknown, wished: unknown): boolean {
  if (!Array.isArray(current) || !Array.isArray(wished)) return holds(current, wished);
  return wished.every((one) =>
    holds(
      current.find((other) => isFields(other) && isFields(one) && other[key] === one[key]),
      one,
    ),
  );
}

function isSameQuantity(current: unknown, wished: unknown): boolean {
  const [a, b] = [current, wished].map((one) =>
    typeof one === "string" || typeof one === "number" ? parseQuantity(one) : undefined,
  );
  return a === undefined || b === undefined ? holds(current, wished) : a === b;
}

function isNothing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
