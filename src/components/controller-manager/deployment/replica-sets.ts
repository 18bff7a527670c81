import { scaledValue } from "../../../kube/int-or-percent.ts";
import type { Deployment, ReplicaSet } from "../../../kube/kinds/workloads.ts";
import { sameTemplate } from "./template-hash.ts";

export const revisionAnnotation = "deployment.kubernetes.io/revision";
export const revisionHistoryAnnotation = "deployment.kubernetes.io/revision-history";
export const desiredReplicasAnnotation = "deployment.kubernetes.io/desired-replicas";
export const maxReplicasAnnotation = "deployment.kubernetes.io/max-replicas";

/** The ReplicaSet of the current template: the oldest, should there be several. */
export function newReplicaSetOf({ spec }: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return byAge(sets).find((set) => sameTemplate(set.spec.template, spec.template));
}

/** All others, oldest first. */
export function oldReplicaSetsOf(sets: readonly ReplicaSet[], current: ReplicaSet | undefined): ReplicaSet[] {
  return byAge(sets).filter(({ metadata }) => metadata.uid !== current?.metadata.uid);
}

export function byAge<T extends ReplicaSet>(sets: readonly T[]): T[] {
  const created = ({ metadata }: T) => metadata.creationTimestamp ?? "";
  return sets.toSorted(
    (one, other) =>
      created(one).localeCompare(created(other)) || (one.metadata.name ?? "").localeCompare(other.metadata.name ?? ""),
  );
}

export const replicasOf = ({ spec }: ReplicaSet | Deployment): number => spec.replicas ?? 1;
export const desired = (sets: readonly ReplicaSet[]): number => sum(sets, replicasOf);
export const actual = (sets: readonly ReplicaSet[]): number => sum(sets, ({ status }) => status?.replicas ?? 0);
export const ready = (sets: readonly ReplicaSet[]): number => sum(sets, ({ status }) => status?.readyReplicas ?? 0);
export const available = (sets: readonly ReplicaSet[]): number =>
  sum(sets, ({ status }) => status?.availableReplicas ?? 0);
export const terminating = (sets: readonly ReplicaSet[]): number =>
  sum(sets, ({ status }) => status?.terminatingReplicas ?? 0);

export function isRolling({ spec }: Deployment): boolean {
  return spec.strategy?.type !== "Recreate";
}

/** How many pods may exist above, and be missing below, the wanted number during a rollout. */
export function limitsOf(deployment: Deployment): { maxSurge: number; maxUnavailable: number } {
  if (!isRolling(deployment)) return { maxSurge: 0, maxUnavailable: 0 };
  const replicas = replicasOf(deployment);
  const { maxSurge = "25%", maxUnavailable = "25%" } = deployment.spec.strategy?.rollingUpdate ?? {};
  const surge = scaledValue(maxSurge, replicas, "up");
  const unavailable = scaledValue(maxUnavailable, replicas, "down");
  // both round to nothing: one must move, or no rollout ever ends
  const least = surge === 0 && unavailable === 0 ? 1 : unavailable;
  return { maxSurge: surge, maxUnavailable: Math.min(least, replicas) };
}

export function revisionOf({ metadata }: ReplicaSet | Deployment): number {
  return Number(metadata.annotations?.[revisionAnnotation] ?? 0) || 0;
}

function sum(sets: readonly ReplicaSet[], value: (set: ReplicaSet) => number): number {
  return sets.reduce((total, set) => total + value(set), 0);
}
