import type { CgroupLimits } from "./cgroup-limits.ts";
import { cpuWeight } from "./resources.ts";

/** What to write into which file of a cgroup; on v1 each controller has a tree of its own. */
export type LimitFile = { readonly controller: string; readonly file: string; readonly value: string };

export function limitFilesV1(limits: CgroupLimits): readonly LimitFile[] {
  const { cpuShares, cpuQuotaUs, cpuPeriodUs, memoryLimitBytes, pidsLimit } = limits;
  return [
    ...file("cpu", "cpu.shares", cpuShares),
    ...file("cpu", "cpu.cfs_period_us", cpuQuotaUs === undefined ? undefined : cpuPeriodUs),
    ...file("cpu", "cpu.cfs_quota_us", cpuQuotaUs),
    ...file("memory", "memory.limit_in_bytes", memoryLimitBytes),
    ...file("pids", "pids.max", pidsLimit),
    ...hugepages(limits, (size) => `hugetlb.${size}.limit_in_bytes`),
    ...hugepages(limits, (size) => `hugetlb.${size}.rsvd.limit_in_bytes`),
  ];
}

/** Neither memory.min nor memory.high: these belong to MemoryQoS, an alpha feature that is off. */
export function limitFilesV2(limits: CgroupLimits): readonly LimitFile[] {
  const { cpuShares, cpuQuotaUs, cpuPeriodUs, memoryLimitBytes, pidsLimit, cpuset } = limits;
  return [
    ...file("cpu", "cpu.weight", cpuShares === undefined ? undefined : cpuWeight(cpuShares)),
    ...file("cpu", "cpu.max", cpuQuotaUs === undefined ? undefined : `${cpuQuotaUs} ${cpuPeriodUs}`),
    ...file("cpuset", "cpuset.cpus", cpuset),
    ...file("memory", "memory.max", memoryLimitBytes),
    ...file("pids", "pids.max", pidsLimit),
    ...hugepages(limits, (size) => `hugetlb.${size}.max`),
    // Pages that were promised count as well as those in use.
    ...hugepages(limits, (size) => `hugetlb.${size}.rsvd.max`),
  ];
}

function file(controller: string, name: string, value: string | number | undefined): readonly LimitFile[] {
  return value === undefined ? [] : [{ controller, file: name, value: String(value) }];
}

function hugepages({ hugepageLimits = {} }: CgroupLimits, name: (size: string) => string): readonly LimitFile[] {
  return Object.entries(hugepageLimits).flatMap(([size, bytes]) => file("hugetlb", name(size), bytes));
}
