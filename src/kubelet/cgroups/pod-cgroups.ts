import type { Pod } from "../api/pod.ts";
import type { Log } from "../log.ts";
import type { EnforcedResources } from "../node/allocatable.ts";
import { hugepageLimits, hugepageResource } from "../node/hugepages.ts";
import type { CgroupLimits } from "./cgroup-limits.ts";
import type { CgroupManager } from "./cgroup-manager.ts";
import type { CgroupDriver } from "./names.ts";
import { cgroupParent, podCgroup, qosCgroup } from "./names.ts";
import { type QosClass, qosClass } from "./qos.ts";
import { cpuShares, minShares, podResources, podTotal, podTotals, wholePercentQuota } from "./resources.ts";

export type PodCgroupOptions = {
  readonly manager: CgroupManager;
  readonly log: Log;
  readonly driver: CgroupDriver;
  readonly cpuCFSQuota: boolean;
  readonly cpuPeriodUs: number;
  readonly podPidsLimit: number;
  /** What pods may have of the node altogether. */
  readonly enforced: EnforcedResources;
  /** All CPUs of the node, as the kernel lists them. */
  readonly cpuset: string;
};

type Made = { readonly wanted: string; readonly burstableMilliCpu: number };

/** More huge pages than there are, as upstream writes it for the QoS classes (setHugePagesUnbounded). */
const unbounded = 2 ** 62;

/** The cgroup tree of pods: kubepods, its QoS classes and one for each pod. */
export class PodCgroups {
  readonly #options: PodCgroupOptions;
  readonly #made = new Map<string, Made>();
  #burstableShares: number | undefined;
  #sharing: Promise<void> = Promise.resolve();

  constructor(options: PodCgroupOptions) {
    this.#options = options;
  }

  /** kubepods with what is enforced on all pods, and the two QoS classes below it. */
  async start(): Promise<void> {
    const { enforced, cpuset } = this.#options;
    const bytes = new Map(
      enforced.hugepages.map(({ pageBytes, pages }) => [hugepageResource(pageBytes), pageBytes * pages]),
    );
    await this.#startClass("Guaranteed", {
      cpuShares: cpuShares(enforced.milliCpu),
      memoryLimitBytes: enforced.memoryBytes,
      pidsLimit: enforced.pids,
      // So that systemd knows of the cpuset controller and does not take it from us (getCgroupConfig).
      cpuset,
      hugepageLimits: hugepageLimits(enforced.hugepages, (resource) => bytes.get(resource) ?? 0),
    });
    // The shares of running burstable pods stand until these pods were seen.
    await this.#startClass("Burstable", this.#classLimits(undefined));
    await this.#startClass("BestEffort", this.#classLimits(minShares));
  }

  /** What pods that run use already may be above a new limit: that must not keep the kubelet from running. */
  async #startClass(qos: QosClass, limits: CgroupLimits): Promise<void> {
    const { manager, log } = this.#options;
    await manager.ensure(qosCgroup(qos), {});
    await manager
      .ensure(qosCgroup(qos), limits)
      .catch((err) => log.error("Failed to update Node Allocatable Limits", { cgroup: qosCgroup(qos).join("/"), err }));
  }

  parentOf(pod: Pod): string {
    return cgroupParent(podCgroup(qosClass(pod), pod.metadata.uid ?? ""), this.#options.driver);
  }

  async ensure(pod: Pod): Promise<void> {
    const { manager } = this.#options;
    const limits = this.#limitsOf(pod);
    const uid = pod.metadata.uid ?? "";
    const qos = qosClass(pod);
    const wanted = JSON.stringify(limits);
    const name = podCgroup(qos, uid);
    if (this.#made.get(uid)?.wanted === wanted && (await manager.exists(name))) return;
    await manager.ensure(name, limits);
    this.#made.set(uid, { wanted, burstableMilliCpu: qos === "Burstable" ? podTotals(pod, "requests").cpu : 0 });
    await this.#shareBurstable();
  }

  /** Removes a pod's cgroup in whichever class it stands. */
  async remove(uid: string): Promise<void> {
    for (const qos of ["Guaranteed", "Burstable", "BestEffort"] as const)
      await this.#options.manager.remove(podCgroup(qos, uid));
    if (this.#made.delete(uid)) await this.#shareBurstable();
  }

  /** Uids of all pods that have a cgroup. */
  async uids(): Promise<string[]> {
    const classes = ["Guaranteed", "Burstable", "BestEffort"] as const;
    const found = await Promise.all(classes.map((qos) => this.#options.manager.podUids(qosCgroup(qos))));
    return found.flat();
  }

  /** Burstable pods share by the sum of their requests (setCPUCgroupConfig). One write at a time, so that the last sum stays. */
  #shareBurstable(): Promise<void> {
    const share = async () => {
      const milliCpu = [...this.#made.values()].reduce((sum, { burstableMilliCpu }) => sum + burstableMilliCpu, 0);
      const shares = cpuShares(milliCpu);
      if (shares === this.#burstableShares) return;
      await this.#options.manager.ensure(qosCgroup("Burstable"), this.#classLimits(shares));
      this.#burstableShares = shares;
    };
    this.#sharing = this.#sharing.then(share, share);
    return this.#sharing;
  }

  #classLimits(shares: number | undefined): CgroupLimits {
    return { cpuShares: shares, hugepageLimits: hugepageLimits(this.#options.enforced.hugepages, () => unbounded) };
  }

  #limitsOf(pod: Pod): CgroupLimits {
    const { cpuCFSQuota, cpuPeriodUs, podPidsLimit, driver, enforced } = this.#options;
    const { cpuShares, cpuQuotaUs, memoryLimitBytes } = podResources(pod, cpuPeriodUs);
    const isRounded = driver === "systemd" && cpuQuotaUs !== undefined;
    return {
      cpuShares,
      ...(cpuCFSQuota && {
        cpuQuotaUs: isRounded ? wholePercentQuota(cpuQuotaUs, cpuPeriodUs) : cpuQuotaUs,
        cpuPeriodUs,
      }),
      memoryLimitBytes,
      ...(podPidsLimit > 0 && { pidsLimit: podPidsLimit }),
      hugepageLimits: hugepageLimits(enforced.hugepages, (resource) => podTotal(pod, "requests", resource)),
    };
  }
}
