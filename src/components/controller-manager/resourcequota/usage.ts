import type { Pod } from "../../../kube/kinds/pod.ts";
import type { ResourceQuota } from "../../../kube/kinds/policy.ts";
import type { Service } from "../../../kube/kinds/service.ts";
import type { PersistentVolumeClaim } from "../../../kube/kinds/volume-claim.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { formatBinary, formatMilli, wholeValue } from "../../../kube/quantity.ts";
import { podLimits, podRequests } from "../../../kube/scheduling/resource-amounts.ts";

/** What a namespace holds, by "resource.group" ("pods", "deployments.apps"). */
export type Holdings = {
  readonly list: (resource: string) => readonly KubeObject[];
  /** Whether the server has such a resource; what it has not is not counted. */
  readonly knows: (resource: string) => boolean;
};

/** The resources of which the quota limits the number. */
export function countedNames({ spec }: ResourceQuota): string[] {
  return Object.keys(spec?.hard ?? {}).flatMap((name) => countedName(name) ?? []);
}

function countedName(name: string): string | undefined {
  return /^count\/(.+)$/.exec(name)?.[1] ?? shortCounts[name];
}

/** How much of each resource that a quota limits is used, in quantities of the API. */
export function quotaUsage(quota: ResourceQuota, holdings: Holdings): Record<string, string> {
  const pods = (holdings.list("pods") as readonly Pod[]).filter((pod) => isCharged(pod) && inScope(quota, pod));
  const names = Object.keys(quota.spec?.hard ?? {}).filter((name) => holdings.knows(countedName(name) ?? name));
  return Object.fromEntries(names.map((name) => [name, usageOf(name, pods, holdings)]));
}

function usageOf(name: string, pods: readonly Pod[], holdings: Holdings): string {
  const counted = countedName(name);
  if (name === "pods") return String(pods.length);
  if (counted !== undefined) return String(holdings.list(counted).length);
  const services = () => holdings.list("services") as readonly Service[];
  if (name === "services.nodeports") return String(services().flatMap(({ spec }) => nodePortsOf(spec)).length);
  if (name === "services.loadbalancers")
    return String(services().filter(({ spec }) => spec.type === "LoadBalancer").length);
  const claims = () => holdings.list("persistentvolumeclaims") as readonly PersistentVolumeClaim[];
  if (name === "requests.storage") return formatBinary(storageOf(claims()));
  const ofClass = /^(.+)\.storageclass\.storage\.k8s\.io\/(.+)$/.exec(name);
  if (ofClass) {
    const own = claims().filter(({ spec }) => spec.storageClassName === ofClass[1]);
    return ofClass[2] === "requests.storage" ? formatBinary(storageOf(own)) : String(own.length);
  }
  return computeUsage(name, pods);
}

const shortCounts: Readonly<Record<string, string>> = {
  services: "services",
  secrets: "secrets",
  configmaps: "configmaps",
  persistentvolumeclaims: "persistentvolumeclaims",
  replicationcontrollers: "replicationcontrollers",
  resourcequotas: "resourcequotas",
};

/** cpu and memory without a prefix mean requests. */
function computeUsage(name: string, pods: readonly Pod[]): string {
  const [, side = "requests", resource = name] = /^(requests|limits)\.(.+)$/.exec(name) ?? [];
  const amounts = side === "limits" ? podLimits : podRequests;
  const total = pods.reduce((sum, pod) => sum + (amounts(pod)[resource] ?? 0), 0);
  if (resource === "cpu") return formatMilli(total);
  return resource === "memory" || resource.startsWith("hugepages-") || resource === "ephemeral-storage"
    ? formatBinary(total)
    : String(total);
}

/** Ended pods cost nothing, nor do those whose grace period is over. */
function isCharged({ status }: Pod): boolean {
  return status?.phase !== "Succeeded" && status?.phase !== "Failed";
}

function inScope({ spec }: ResourceQuota, pod: Pod): boolean {
  const simple = (spec?.scopes ?? []).every((scope) => matchesScope(pod, { scopeName: scope, operator: "Exists" }));
  return simple && (spec?.scopeSelector?.matchExpressions ?? []).every((one) => matchesScope(pod, one));
}

function matchesScope(
  { spec }: Pod,
  { scopeName, operator, values = [] }: { scopeName: string; operator: string; values?: readonly string[] },
): boolean {
  const hasDeadline = spec.activeDeadlineSeconds !== undefined;
  const bestEffort = !spec.containers.some(
    ({ resources }) => Object.keys({ ...resources?.requests, ...resources?.limits }).length > 0,
  );
  switch (scopeName) {
    case "Terminating":
      return hasDeadline;
    case "NotTerminating":
      return !hasDeadline;
    case "BestEffort":
      return bestEffort;
    case "NotBestEffort":
      return !bestEffort;
    case "PriorityClass":
      return matchesClass(spec.priorityClassName, operator, values);
    default:
      return true;
  }
}

function matchesClass(name: string | undefined, operator: string, values: readonly string[]): boolean {
  if (operator === "Exists") return name !== undefined;
  if (operator === "DoesNotExist") return name === undefined;
  return (operator === "In") === values.includes(name ?? "");
}

function nodePortsOf({ type, ports = [] }: Service["spec"]) {
  return type === "NodePort" || type === "LoadBalancer" ? ports : [];
}

function storageOf(claims: readonly PersistentVolumeClaim[]): number {
  return claims.reduce((sum, { spec }) => sum + wholeValue(spec.resources?.requests?.storage), 0);
}
