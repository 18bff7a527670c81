import type { Pod } from "../../../kube/kinds/pod.ts";
import { isPodFinished } from "../pods/pod-state.ts";

export type Garbage = { readonly pod: Pod; readonly why: "terminated" | "orphaned" | "unscheduled" | "out of service" };
export type NodeView = {
  readonly isGone: (name: string) => boolean;
  /** Not ready, and an administrator said by a taint that it will not come back (KEP-2268). */
  readonly isOutOfService: (name: string) => boolean;
};

/** Pods that nobody will clean up: of nodes that are gone, deleted before they had one or where it is out of service, and too many finished ones, oldest first. */
export function podGarbage(
  pods: readonly Pod[],
  { isGone, isOutOfService, threshold }: NodeView & { readonly threshold: number },
): Garbage[] {
  const finished = pods.filter((pod) => isPodFinished(pod) && !pod.metadata.deletionTimestamp);
  const surplus = threshold > 0 ? Math.max(0, finished.length - threshold) : 0;
  const terminated = finished.toSorted(byAge).slice(0, surplus);
  const lost = pods.filter(({ spec, metadata }) => metadata.deletionTimestamp && isOutOfService(spec.nodeName ?? ""));
  const orphaned = pods.filter(({ spec }) => spec.nodeName && isGone(spec.nodeName));
  const unscheduled = pods.filter(({ spec, metadata }) => metadata.deletionTimestamp && !spec.nodeName);
  return [
    ...terminated.map((pod) => ({ pod, why: "terminated" as const })),
    ...lost.map((pod) => ({ pod, why: "out of service" as const })),
    ...orphaned.map((pod) => ({ pod, why: "orphaned" as const })),
    ...unscheduled.map((pod) => ({ pod, why: "unscheduled" as const })),
  ];
}

/** Evicted ones before others, whose owners may still count them. */
function byAge(first: Pod, second: Pod): number {
  const [one, other] = [first.metadata, second.metadata];
  const evicted = ({ status }: Pod) => (status?.reason === "Evicted" ? 0 : 1);
  return (
    evicted(first) - evicted(second) ||
    (one.creationTimestamp ?? "").localeCompare(other.creationTimestamp ?? "") ||
    (one.name ?? "").localeCompare(other.name ?? "")
  );
}
