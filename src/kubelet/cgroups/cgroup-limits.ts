/** Limits of a cgroup that the kubelet itself makes; what is undefined is left alone. */
export type CgroupLimits = {
  readonly cpuShares?: number | undefined;
  readonly cpuQuotaUs?: number | undefined;
  readonly cpuPeriodUs?: number | undefined;
  readonly memoryLimitBytes?: number | undefined;
  readonly pidsLimit?: number | undefined;
  /** The CPUs that it may run on, as the kernel lists them: "0-3". Only of cgroup v2. */
  readonly cpuset?: string | undefined;
  /** Bytes of huge pages by the kernel's word for their size: { "2MB": 0 }. */
  readonly hugepageLimits?: Readonly<Record<string, number>> | undefined;
};
