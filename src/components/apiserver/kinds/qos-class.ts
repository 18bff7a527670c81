import { parseQuantity } from "../../../kube/quantity.ts";
import { type Fields, listAt, mapAt } from "../defaulting/missing.ts";

const counted = ["cpu", "memory"];

/** Guaranteed, Burstable or BestEffort, by what the containers request and are limited to. */
export function qosClass(spec: Fields): "Guaranteed" | "Burstable" | "BestEffort" {
  const containers = [...listAt(spec, "containers"), ...listAt(spec, "initContainers")];
  const resources = containers.map((one) => mapAt(one, "resources"));
  const amounts = resources.map((one) => ({
    requests: positive(mapAt(one, "requests")),
    limits: positive(mapAt(one, "limits")),
  }));
  if (amounts.every(({ requests, limits }) => requests.size === 0 && limits.size === 0)) return "BestEffort";
  const isGuaranteed = amounts.every(({ requests, limits }) =>
    counted.every((name) => limits.has(name) && (requests.get(name) ?? limits.get(name)) === limits.get(name)),
  );
  return isGuaranteed ? "Guaranteed" : "Burstable";
}

function positive(list: Fields | undefined): Map<string, number> {
  const amounts = counted.map((name): [string, number] => [name, parseQuantity(String(list?.[name] ?? "0")) ?? 0]);
  return new Map(amounts.filter(([, amount]) => amount > 0));
}
