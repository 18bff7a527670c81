import type { Pod } from "../../../kube/kinds/pod.ts";
import { isPodFinished } from "../pods/pod-state.ts";

export type Garbage = { readonly pod: Pod; readonly why: "terminated" | "orphaned" | "unscheduled" };

/** Pods that nobody will clean up: of nodes that are gone, deleted before they had one, and too many finished ones, oldest first. */
export function podGarbage(
  pods: readonly Pod[],
  { isNodeGone, threshold }: { isNodeGone: (name: string) => boolean; threshold: number },
): Garbage[] {
  const finished = pods.filter((pod) => isPodFinished(pod) && !pod.metadata.deletionTimestamp);
  const surplus = threshold > 0 ? Math.max(0, finished.length - threshold) : 0;
  const terminated = finished.toSorted(byAge).slice(0, surplus);
  const orphaned = pods.filter(({ spec }) => spec.nodeName && isNodeGone(spec.nodeName));
  const unscheduled = pods.filter(({ spec, metadata }) => metadata.deletionTimestamp && !spec.nodeName);
  return [
    ...terminated.map((pod) => ({ pod, why: "terminated" as const })),
    ...orphaned.map((pod) => ({ pod, why: "orphaned" as const })),
    ...unscheduled.map((pod) => ({ pod, why: "unscheduled" as const })),
  ];
}

function byAge({ metadata: one }: Pod, { metadata: other }: Pod): number {
  return (
    (one.creationTimestamp ?? "").localeCompare(other.creationTimestamp ?? "") ||
    (one.name ?? "").localeCompare(other.name ?? "")
  );
}
