import { parseQuantity } from "../../kube/quantity.ts";
import type { Container } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";

export type QosClass = "Guaranteed" | "Burstable" | "BestEffort";

/** The pod's QoS class (qos.ComputePodQOS): only cpu and memory count, init containers included. */
export function qosClass(pod: Pod): QosClass {
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const requests = sums(containers, "requests");
  const limits = sums(containers, "limits");
  if (requests.size === 0 && limits.size === 0) return "BestEffort";
  const everyContainerLimited = containers.every((container) =>
    ["cpu", "memory"].every((resource) => isPositive(container.resources?.limits?.[resource])),
  );
  const equal =
    requests.size === limits.size && [...requests].every(([resource, amount]) => limits.get(resource) === amount);
  return everyContainerLimited && equal ? "Guaranteed" : "Burstable";
}

function sums(containers: readonly Container[], kind: "requests" | "limits"): Map<string, number> {
  const total = new Map<string, number>();
  for (const container of containers) {
    for (const resource of ["cpu", "memory"]) {
      const quantity = container.resources?.[kind]?.[resource];
      if (!isPositive(quantity)) continue;
      total.set(resource, (total.get(resource) ?? 0) + (parseQuantity(quantity) ?? 0));
    }
  }
  return total;
}

function isPositive(quantity: string | number | undefined): quantity is string | number {
  return quantity !== undefined && (parseQuantity(quantity) ?? 0) > 0;
}
