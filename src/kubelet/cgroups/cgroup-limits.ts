/** Limits of a cgroup that the kubelet itself makes; what is undefined is left alone. */
export type CgroupLimits = {
  readonly cpuShares?: number | undefined;
  readonly cpuQuotaUs?: number | undefined;
  readonly cpuPeriodUs?: number | undefined;
  readonly memoryLimitBytes?: number | undefined;
  readonly pidsLimit?: number | undefined;
};
