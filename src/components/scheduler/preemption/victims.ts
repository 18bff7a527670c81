import { filterPlans, firstRejection } from "../cycle/feasible-nodes.ts";
import type { Profile } from "../framework/profile.ts";
import type { NodeInfo } from "../state/node-info.ts";
import type { PodInfo } from "../state/pod-info.ts";
import type { PlacedPod, Snapshot } from "../state/snapshot.ts";
import { SnapshotOverlay } from "../state/snapshot-overlay.ts";

/** Pods to evict from a node so that another fits there, the most important first, and how many budgets that breaks. */
export type Victims = { readonly nodeName: string; readonly pods: readonly PodInfo[]; readonly violations: number };

export type Preemption = {
  readonly pod: PodInfo;
  readonly profile: Profile;
  readonly snapshot: Snapshot;
  /** Splits pods into those whose eviction would break a disruption budget, and the others. */
  readonly splitByBudget: (pods: readonly PodInfo[]) => { violating: readonly PodInfo[]; harmless: readonly PodInfo[] };
};

/** The fewest and least important pods of lower priority whose absence makes room on a node; undefined if none would. */
export function victimsOn(node: NodeInfo, { pod, profile, snapshot, splitByBudget }: Preemption): Victims | undefined {
  const lower = [...node.pods.values()].filter(({ priority }) => priority < pod.priority);
  if (lower.length === 0) return undefined;
  const fitsWithout = (gone: readonly PodInfo[]) => fits({ pod, profile, snapshot }, node.name, gone);
  if (!fitsWithout(lower)) return undefined;
  const { violating, harmless } = splitByBudget(lower.toSorted(byImportance));
  const gone = new Set(lower);
  const reprieve = (candidate: PodInfo): boolean => {
    gone.delete(candidate);
    if (fitsWithout([...gone])) return true;
    gone.add(candidate);
    return false;
  };
  const violations = violating.filter((candidate) => !reprieve(candidate)).length;
  for (const candidate of harmless) reprieve(candidate);
  return { nodeName: node.name, pods: [...gone].toSorted(byImportance), violations };
}

function fits(
  { pod, profile, snapshot }: Pick<Preemption, "pod" | "profile" | "snapshot">,
  nodeName: string,
  gone: readonly PodInfo[],
): boolean {
  const removed: PlacedPod[] = gone.map((info) => ({ info, nodeName }));
  const without = new SnapshotOverlay(snapshot, { gone: removed });
  const plans = filterPlans(profile, pod, without);
  const node = without.node(nodeName);
  return node !== undefined && !plans.some(({ plan }) => plan.kind === "rejects") && !firstRejection(plans, node);
}

/** Higher priority first, then the longer running (upstream's MoreImportantPod). */
function byImportance(one: PodInfo, other: PodInfo): number {
  const startOf = ({ pod }: PodInfo) => pod.status?.startTime ?? pod.metadata.creationTimestamp ?? "";
  return other.priority - one.priority || startOf(one).localeCompare(startOf(other));
}

/**
 * The node where preemption does least harm: fewest broken budgets, then the least important top victim, the smallest
 * sum of priorities, the fewest victims, and the latest start of the most important ones (pickOneNodeForPreemption).
 */
export function leastHarm(candidates: readonly Victims[]): Victims | undefined {
  const startOf = ({ pods: [top] }: Victims) => Date.parse(top?.pod.status?.startTime ?? "") || 0;
  const keys: ((one: Victims) => number)[] = [
    ({ violations }) => violations,
    ({ pods: [top] }) => top?.priority ?? Number.NEGATIVE_INFINITY,
    // priorities may be negative: counted from the lowest, so that more victims never look cheaper
    ({ pods }) => pods.reduce((sum, { priority }) => sum + priority + 2 ** 31, 0),
    ({ pods }) => pods.length,
    (one) => -startOf(one),
  ];
  return candidates.toSorted((one, other) => {
    for (const key of keys) {
      const [left, right] = [key(one), key(other)];
      if (left !== right) return left - right;
    }
    return 0;
  })[0];
}
