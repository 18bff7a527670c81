import type { Pod } from "../api/pod.ts";
import type { CgroupLimits } from "./cgroup-limits.ts";
import type { CgroupManager } from "./cgroup-manager.ts";
import type { CgroupDriver } from "./names.ts";
import { cgroupParent, podCgroup, qosCgroup } from "./names.ts";
import { qosClass } from "./qos.ts";
import { cpuShares, minShares, podResources, podTotals } from "./resources.ts";

export type PodCgroupOptions = {
  readonly manager: CgroupManager;
  readonly driver: CgroupDriver;
  readonly cpuCFSQuota: boolean;
  readonly cpuPeriodUs: number;
  readonly podPidsLimit: number;
  /** What pods may have of the node altogether. */
  readonly allocatable: { readonly milliCpu: number; readonly memoryBytes: number };
};

/** The cgroup tree of pods: kubepods, its QoS classes and one for each pod. */
export class PodCgroups {
  readonly #options: PodCgroupOptions;
  readonly #made = new Map<string, string>();

  constructor(options: PodCgroupOptions) {
    this.#options = options;
  }

  /** kubepods with the node's allocatable, and the two QoS classes below it. */
  async start(): Promise<void> {
    const { manager, allocatable } = this.#options;
    await manager.ensure(qosCgroup("Guaranteed"), {
      cpuShares: cpuShares(allocatable.milliCpu),
      memoryLimitBytes: allocatable.memoryBytes,
    });
    await manager.ensure(qosCgroup("Burstable"), { cpuShares: minShares });
    await manager.ensure(qosCgroup("BestEffort"), { cpuShares: minShares });
  }

  parentOf(pod: Pod): string {
    return cgroupParent(podCgroup(qosClass(pod), pod.metadata.uid ?? ""), this.#options.driver);
  }

  async ensure(pod: Pod): Promise<void> {
    const limits = this.#limitsOf(pod);
    const uid = pod.metadata.uid ?? "";
    const wanted = JSON.stringify(limits);
    if (this.#made.get(uid) === wanted) return;
    await this.#options.manager.ensure(podCgroup(qosClass(pod), uid), limits);
    this.#made.set(uid, wanted);
  }

  /** Removes a pod's cgroup in whichever class it stands. */
  async remove(uid: string): Promise<void> {
    this.#made.delete(uid);
    for (const qos of ["Guaranteed", "Burstable", "BestEffort"] as const)
      await this.#options.manager.remove(podCgroup(qos, uid));
  }

  /** Uids of all pods that have a cgroup. */
  async uids(): Promise<string[]> {
    const classes = ["Guaranteed", "Burstable", "BestEffort"] as const;
    const found = await Promise.all(classes.map((qos) => this.#options.manager.podUids(qosCgroup(qos))));
    return found.flat();
  }

  /** Burstable pods share by the sum of their requests (qos_container_manager_linux.go). */
  async updateBurstable(pods: readonly Pod[]): Promise<void> {
    const burstable = pods.filter((pod) => qosClass(pod) === "Burstable");
    const milliCpu = burstable.reduce((sum, pod) => sum + podTotals(pod, "requests").cpu, 0);
    await this.#options.manager.ensure(qosCgroup("Burstable"), { cpuShares: cpuShares(milliCpu) });
  }

  #limitsOf(pod: Pod): CgroupLimits {
    const { cpuCFSQuota, cpuPeriodUs, podPidsLimit } = this.#options;
    const resources = podResources(pod, cpuPeriodUs);
    return {
      cpuShares: resources.cpuShares,
      ...(cpuCFSQuota && { cpuQuotaUs: resources.cpuQuotaUs, cpuPeriodUs }),
      memoryLimitBytes: resources.memoryLimitBytes,
      ...(podPidsLimit > 0 && { pidsLimit: podPidsLimit }),
    };
  }
}
