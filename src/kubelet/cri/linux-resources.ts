import type { LinuxContainerResources } from "../../kube/cri/resources.ts";
import { milliValue, wholeValue } from "../../kube/quantity.ts";
import type { Container } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";
import { oomScoreAdjust } from "../cgroups/oom-score.ts";
import { cpuQuota, cpuShares, minShares } from "../cgroups/resources.ts";
import type { HugepagePool } from "../node/hugepages.ts";
import { hugepageLimits } from "../node/hugepages.ts";

export type ResourceContext = {
  readonly memoryCapacityBytes: number;
  readonly cpuCFSQuota: boolean;
  readonly cpuPeriodUs: number;
  readonly cgroupVersion: 1 | 2;
  readonly hugepages: readonly HugepagePool[];
  readonly canLimitSwap: boolean;
  readonly singleProcessOOMKill: boolean;
};

/** Cgroup settings of a container; a request that is not set is its limit. */
export function linuxResources(pod: Pod, container: Container, context: ResourceContext): LinuxContainerResources {
  const { requests = {}, limits = {} } = container.resources ?? {};
  const cpuRequest = requests.cpu ?? limits.cpu;
  const cpuLimit = milliValue(limits.cpu);
  const memoryLimit = wholeValue(limits.memory);
  return {
    cpuShares: cpuRequest === undefined ? minShares : cpuShares(milliValue(cpuRequest)),
    ...(memoryLimit > 0 && { memoryLimitInBytes: memoryLimit }),
    ...(context.cpuCFSQuota && { cpuPeriod: context.cpuPeriodUs, cpuQuota: cpuQuota(cpuLimit, context.cpuPeriodUs) }),
    oomScoreAdj: oomScoreAdjust(pod, container, context.memoryCapacityBytes),
    hugepageLimits: Object.entries(hugepageLimits(context.hugepages, (resource) => wholeValue(limits[resource]))).map(
      ([pageSize, limit]) => ({ pageSize, limit }),
    ),
    ...(context.cgroupVersion === 2 && { unified: unifiedResources(context) }),
  };
}

/** Files of cgroup v2 that the CRI has no field for (calculateLinuxResources, ConfigureNoSwap). */
function unifiedResources({ canLimitSwap, singleProcessOOMKill }: ResourceContext): Record<string, string> {
  return {
    ...(canLimitSwap && { "memory.swap.max": "0" }),
    // One OOM kill takes the whole container, as a kill under v1 would take its init.
    ...(!singleProcessOOMKill && { "memory.oom.group": "1" }),
  };
}
