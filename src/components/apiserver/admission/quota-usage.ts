import type { KubeObject } from "../../../kube/object.ts";
import { milliValue, wholeValue } from "../../../kube/quantity.ts";
import { type Fields, listAt, mapAt } from "../defaulting/missing.ts";
import type { ResourceType } from "../resources/resource-type.ts";

const counted = [
  "pods",
  "services",
  "configmaps",
  "secrets",
  "persistentvolumeclaims",
  "replicationcontrollers",
  "resourcequotas",
];

/** What an object takes of each resource that a quota may name, in thousandths. */
export function usageOf(object: KubeObject, { group, resource }: ResourceType): Map<string, number> {
  const usage = new Map<string, number>([[`count/${group ? `${resource}.${group}` : resource}`, 1000]]);
  if (group !== "") return usage;
  if (counted.includes(resource)) usage.set(resource, 1000);
  const spec = mapAt(object as Fields, "spec") ?? {};
  if (resource === "pods") addPod(usage, spec);
  if (resource === "services") addService(usage, spec);
  if (resource === "persistentvolumeclaims") addClaim(usage, spec);
  return usage;
}

function addPod(usage: Map<string, number>, spec: Fields): void {
  for (const kind of ["requests", "limits"] as const) {
    const regular = sum(listAt(spec, "containers"), kind);
    // Init containers run one after the other: the largest counts.
    for (const init of listAt(spec, "initContainers")) {
      for (const [name, amount] of sum([init], kind)) regular.set(name, Math.max(regular.get(name) ?? 0, amount));
    }
    for (const [name, amount] of regular) {
      usage.set(`${kind}.${name}`, amount);
      if (kind === "requests" && ["cpu", "memory", "ephemeral-storage"].includes(name)) usage.set(name, amount);
    }
  }
}

function sum(containers: readonly Fields[], kind: "requests" | "limits"): Map<string, number> {
  const total = new Map<string, number>();
  for (const container of containers) {
    for (const [name, amount] of Object.entries(mapAt(mapAt(container, "resources"), kind) ?? {})) {
      total.set(name, (total.get(name) ?? 0) + milliValue(String(amount)));
    }
  }
  return total;
}

function addClaim(usage: Map<string, number>, spec: Fields): void {
  const storage = wholeValue(String(mapAt(mapAt(spec, "resources"), "requests")?.storage ?? "0")) * 1000;
  usage.set("requests.storage", storage);
  if (!spec.storageClassName) return;
  const ofClass = `${spec.storageClassName}.storageclass.storage.k8s.io`;
  usage.set(`${ofClass}/requests.storage`, storage);
  usage.set(`${ofClass}/persistentvolumeclaims`, 1000);
}

function addService(usage: Map<string, number>, spec: Fields): void {
  const ports = listAt(spec, "ports").length * 1000;
  const hasPorts = spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false;
  if (spec.type === "NodePort" || hasPorts) usage.set("services.nodeports", ports);
  if (spec.type === "LoadBalancer") usage.set("services.loadbalancers", 1000);
}
