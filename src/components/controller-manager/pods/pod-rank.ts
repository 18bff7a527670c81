import type { Pod } from "../../../kube/kinds/pod.ts";
import { isPodReady, readySinceMs } from "./pod-state.ts";

const phaseRank: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * The order in which surplus pods go, first to delete first: not assigned, not running, not ready, cheap by annotation,
 * doubled on one node, ready for a shorter time, restarted more, younger (kubernetes/pkg/controller, ActivePodsWithRanks).
 */
export function byDeletionRank(pods: readonly Pod[], related: readonly Pod[], nowMs: number): Pod[] {
  const perNode = Map.groupBy(related, ({ spec }) => spec.nodeName ?? "");
  const crowd = ({ spec }: Pod) => perNode.get(spec.nodeName ?? "")?.length ?? 0;
  const keys: ((pod: Pod) => number)[] = [
    ({ spec }) => (spec.nodeName ? 1 : 0),
    ({ status }) => phaseRank[status?.phase ?? "Pending"] ?? 0,
    (pod) => (isPodReady(pod) ? 1 : 0),
    deletionCost,
    (pod) => -crowd(pod),
    (pod) => logAge(nowMs - readySinceMs(pod)),
    (pod) => -restarts(pod),
    ({ metadata }) => logAge(nowMs - Date.parse(metadata.creationTimestamp ?? "")),
  ];
  return pods
    .map((pod) => ({ pod, rank: keys.map((key) => key(pod)) }))
    .sort((one, other) => compare(one.rank, other.rank))
    .map(({ pod }) => pod);
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (let at = 0; at < one.length; at++) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
  }
  return 0;
}

function deletionCost({ metadata }: Pod): number {
  return Number(metadata.annotations?.["controller.kubernetes.io/pod-deletion-cost"] ?? 0) || 0;
}

/** Ages count in powers of two, so that pods made together are not told apart by seconds (KEP-2185). */
function logAge(ageMs: number): number {
  return Number.isFinite(ageMs) && ageMs > 0 ? Math.floor(Math.log2(ageMs)) : 0;
}

function restarts({ status }: Pod): number {
  return Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount = 0 }) => restartCount));
}
