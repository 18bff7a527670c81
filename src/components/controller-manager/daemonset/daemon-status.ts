import type { Pod } from "../../../kube/kinds/pod.ts";
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
  const live = scheduled.map(({ pods }) => pods.filter(({ metadata }) => !metadata.deletionTimestamp));
  const count = (test: (pod: Pod) => boolean) => live.filter((pods) => pods.some(test)).length;
  const available = count((pod) => isPodAvailable(pod, minReadySeconds, nowMs));
  // While a node still has its old daemon beside the new one it does not count: upstream asks the oldest of them.
  const isUpdated = ({ metadata }: Pod) => metadata.labels?.["controller-revision-hash"] === hash;
  const updated = live.filter((pods) => pods.length > 0 && pods.every(isUpdated)).length;
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
