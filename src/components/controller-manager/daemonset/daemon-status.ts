import type { DaemonSet, DaemonSetStatus } from "../../../kube/kinds/workloads.ts";
import { isPodAvailable, isPodReady } from "../pods/pod-state.ts";
import type { DaemonNode, RolloutView } from "./daemon-rollout.ts";

/** The counts of a daemon set over all nodes. */
export function daemonSetStatus(
  set: DaemonSet,
  nodes: readonly DaemonNode[],
  { hash, nowMs }: RolloutView,
): DaemonSetStatus {
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  const wanted = nodes.filter(({ shouldRun }) => shouldRun);
  const scheduled = wanted.filter(({ pods }) => pods.length > 0);
  const count = (test: (pod: DaemonNode["pods"][number]) => boolean) =>
    scheduled.filter(({ pods }) => pods.some((pod) => !pod.metadata.deletionTimestamp && test(pod))).length;
  const available = count((pod) => isPodAvailable(pod, minReadySeconds, nowMs));
  const updated = count(({ metadata }) => metadata.labels?.["controller-revision-hash"] === hash);
  return {
    currentNumberScheduled: scheduled.length,
    numberMisscheduled: nodes.filter(({ shouldRun, pods }) => !shouldRun && pods.length > 0).length,
    desiredNumberScheduled: wanted.length,
    numberReady: count(isPodReady),
    ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    ...nonZero("updatedNumberScheduled", updated),
    ...nonZero("numberAvailable", available),
    ...nonZero("numberUnavailable", wanted.length - available),
    ...(set.status?.collisionCount ? { collisionCount: set.status.collisionCount } : {}),
  };
}

function nonZero(name: string, value: number): Record<string, number> {
  return value === 0 ? {} : { [name]: value };
}
