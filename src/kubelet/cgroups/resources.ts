import { milliValue, wholeValue } from "../../kube/quantity.ts";
import type { Container, ResourceList, ResourceRequirements } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";
import { isRestartableInit } from "../api/pod.ts";
import { qosClass } from "./qos.ts";

export const minShares = 2;
const maxShares = 262144;
const minQuotaUs = 1000;

/** CPU shares of a request: 1024 a core, between 2 and 262144. */
export function cpuShares(milliCpu: number): number {
  if (milliCpu === 0) return minShares;
  return Math.min(maxShares, Math.max(minShares, Math.floor((milliCpu * 1024) / 1000)));
}

/** CFS quota in µs of a limit within a period; 0 means none. */
export function cpuQuota(milliCpu: number, periodUs: number): number {
  if (milliCpu === 0) return 0;
  return Math.max(minQuotaUs, Math.floor((milliCpu * periodUs) / 1000));
}

/**
 * A quota rounded up to whole hundredths of a CPU: systemd keeps it as percents, and a pod's must not fall below what its
 * containers have (addCPUQuota of opencontainers/cgroups).
 */
export function wholePercentQuota(quotaUs: number, periodUs: number): number {
  return Math.ceil((quotaUs * 100) / periodUs) * (periodUs / 100);
}

/** cgroup v2's cpu.weight for shares, linear as KEP-2254 says (getCPUWeight); newer runc has another formula for containers. */
export function cpuWeight(shares: number): number {
  return 1 + Math.floor(((shares - 2) * 9999) / 262142);
}

export type PodResources = {
  readonly cpuShares: number;
  /** Present when every container limits its CPU. */
  readonly cpuQuotaUs?: number;
  readonly cpuPeriodUs: number;
  readonly memoryLimitBytes?: number;
};

/** What the pod's own cgroup gets (cm.ResourceConfigForPod). */
export function podResources(pod: Pod, cpuPeriodUs: number): PodResources {
  const requests = podTotals(pod, "requests");
  const limits = podTotals(pod, "limits");
  const shares = qosClass(pod) === "BestEffort" ? minShares : cpuShares(requests.cpu);
  return {
    cpuShares: shares,
    cpuPeriodUs,
    ...(isLimited(pod, "cpu") && { cpuQuotaUs: cpuQuota(limits.cpu, cpuPeriodUs) }),
    ...(isLimited(pod, "memory") && { memoryLimitBytes: limits.memory }),
  };
}

export type Totals = { readonly cpu: number; readonly memory: number };

/** Milli-CPU and bytes of a whole pod: containers and sidecars together, or the largest init container, plus overhead. */
export function podTotals(pod: Pod, kind: "requests" | "limits"): Totals {
  const overhead = pod.spec.overhead ?? {};
  return {
    cpu: podTotal(pod, kind, "cpu") + milliValue(overhead.cpu),
    memory: podTotal(pod, kind, "memory") + wholeValue(overhead.memory),
  };
}

/** The same of one resource, such as hugepages-2Mi; without overhead. */
export function podTotal(pod: Pod, kind: "requests" | "limits", resource: string): number {
  const together = [...pod.spec.containers, ...(pod.spec.initContainers ?? []).filter(isRestartableInit)];
  const sum = together.reduce((total, container) => total + amount(container, kind, resource), 0);
  return Math.max(sum, ...initStages(pod, kind, resource));
}

/** What is in use while each init container starts: the sidecars before it, and itself (KEP-753). */
function initStages(pod: Pod, kind: "requests" | "limits", resource: string): readonly number[] {
  let sidecars = 0;
  return (pod.spec.initContainers ?? []).map((container) => {
    const own = amount(container, kind, resource);
    if (!isRestartableInit(container)) return sidecars + own;
    sidecars += own;
    return sidecars;
  });
}

/** Whether nothing in the pod may take as much as it likes. */
function isLimited(pod: Pod, resource: string): boolean {
  const apps = pod.spec.containers.map((container) => amount(container, "limits", resource));
  return [...apps, ...initStages(pod, "limits", resource)].every((limit) => limit > 0);
}

function amount(container: Container, kind: "requests" | "limits", resource: string): number {
  const list: ResourceList | undefined = requirementsOf(container)[kind];
  return resource === "cpu" ? milliValue(list?.cpu) : wholeValue(list?.[resource]);
}

function requirementsOf(container: Container): ResourceRequirements {
  return container.resources ?? {};
}
