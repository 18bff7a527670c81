import { messageOf } from "../../../base/errors.ts";
import { conditionOf, withCondition, withoutCondition } from "../../../kube/conditions.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { ReplicaStatus } from "../../../kube/kinds/workloads.ts";
import { selectsLabels } from "../../../kube/label-selector.ts";
import { rfc3339 } from "../../../kube/rfc3339.ts";
import { isPodAvailable, isPodReady } from "../pods/pod-state.ts";

export type ReplicaFacts = {
  readonly old: ReplicaStatus | undefined;
  readonly generation: number | undefined;
  readonly templateLabels: Readonly<Record<string, string>>;
  readonly minReadySeconds: number;
  readonly active: readonly Pod[];
  readonly terminating: number;
  /** Why creating or deleting failed in this pass, if it did. */
  readonly failure?: { readonly reason: "FailedCreate" | "FailedDelete"; readonly thrown: unknown };
  readonly nowMs: number;
};

/** The status of a ReplicaSet or ReplicationController with these pods. */
export function replicaStatus({ old, active, nowMs, ...facts }: ReplicaFacts): ReplicaStatus {
  const count = (test: (pod: Pod) => boolean) => active.filter(test).length;
  const fullyLabeled = count(({ metadata }) => selectsLabels(facts.templateLabels, metadata.labels));
  const conditions = withFailure(old, facts.failure, nowMs);
  return {
    replicas: active.length,
    ...nonZero("fullyLabeledReplicas", fullyLabeled),
    ...nonZero("readyReplicas", count(isPodReady)),
    ...nonZero(
      "availableReplicas",
      count((pod) => isPodAvailable(pod, facts.minReadySeconds, nowMs)),
    ),
    terminatingReplicas: facts.terminating,
    ...(facts.generation === undefined ? {} : { observedGeneration: facts.generation }),
    ...(conditions.length > 0 ? { conditions } : {}),
  };
}

function withFailure(old: ReplicaStatus | undefined, failure: ReplicaFacts["failure"], nowMs: number) {
  if (!failure) return withoutCondition(old?.conditions, "ReplicaFailure");
  if (conditionOf(old?.conditions, "ReplicaFailure")) return old?.conditions ?? [];
  const message = messageOf(failure.thrown).split("\n")[0] ?? "";
  const lastTransitionTime = rfc3339(nowMs);
  return withCondition(old?.conditions, {
    type: "ReplicaFailure",
    status: "True",
    reason: failure.reason,
    message,
    lastTransitionTime,
  });
}

function nonZero(name: string, value: number): Record<string, number> {
  return value === 0 ? {} : { [name]: value };
}
