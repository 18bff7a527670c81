import type { Pod } from "../../../kube/kinds/pod.ts";
import type { StatefulSet, StatefulSetStatus } from "../../../kube/kinds/workloads.ts";
import { isPodAvailable, isPodReady } from "../pods/pod-state.ts";
import { revisionOf, type StatefulView, wantedOrdinals } from "./stateful-plan.ts";

/** The status of a set with these pods; when all are ready at the new revision it becomes the current one. */
export function statefulStatus(
  set: StatefulSet,
  pods: readonly Pod[],
  { current, update, nowMs }: StatefulView,
): StatefulSetStatus {
  const live = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
  const count = (test: (pod: Pod) => boolean) => live.filter(test).length;
  const replicas = pods.length;
  // a pod that ends serves until it is gone
  const running = pods.filter((pod) => pod.status?.phase === "Running" && isPodReady(pod));
  const ready = running.length;
  const updated = count((pod) => revisionOf(pod) === update);
  const wanted = wantedOrdinals(set).length;
  const isComplete = updated === wanted && replicas === wanted && ready === wanted;
  const isRolling = set.spec.updateStrategy?.type !== "OnDelete";
  const settled = isRolling && isComplete ? update : current;
  return {
    ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    replicas,
    ...nonZero("readyReplicas", ready),
    ...nonZero(
      "currentReplicas",
      count((pod) => revisionOf(pod) === settled),
    ),
    ...nonZero("updatedReplicas", updated),
    availableReplicas: running.filter((pod) => isPodAvailable(pod, set.spec.minReadySeconds ?? 0, nowMs)).length,
    currentRevision: settled,
    updateRevision: update,
    collisionCount: set.status?.collisionCount ?? 0,
    ...(set.status?.conditions ? { conditions: set.status.conditions } : {}),
  };
}

function nonZero(name: string, value: number): Record<string, number> {
  return value === 0 ? {} : { [name]: value };
}
