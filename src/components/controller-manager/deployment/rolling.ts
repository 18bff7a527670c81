import type { Deployment, ReplicaSet } from "../../../kube/kinds/workloads.ts";
import { actual, available, byAge, desired, limitsOf, replicasOf } from "./replica-sets.ts";

/** A set and the number of pods that it shall have. */
export type Scale = { readonly set: ReplicaSet; readonly replicas: number };

/** How large the new set may be now: up to the surge during a rolling update, everything at once when recreating. */
export function newSetSize(deployment: Deployment, all: readonly ReplicaSet[], current: ReplicaSet): number {
  const wanted = replicasOf(deployment);
  if (deployment.spec.strategy?.type === "Recreate") return wanted;
  const most = wanted + limitsOf(deployment).maxSurge;
  const now = desired(all);
  if (now >= most) return replicasOf(current);
  return Math.min(replicasOf(current) + (most - now), Math.max(wanted, replicasOf(current)));
}

/** The next step of a rolling update: the new set grows or shrinks first, then the old ones shrink. Empty when there is none now. */
export function rollingStep(deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): Scale[] {
  const wanted = replicasOf(deployment);
  const size = replicasOf(current) > wanted ? wanted : newSetSize(deployment, [...old, current], current);
  if (size !== replicasOf(current)) return [{ set: current, replicas: size }];
  return shrinkOld(deployment, current, old);
}

/** Old sets shrink as far as enough pods stay available: first pods that are broken anyway, then healthy ones, oldest set first. */
function shrinkOld(deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): Scale[] {
  if (desired(old) === 0) return [];
  const all = [...old, current];
  const minAvailable = replicasOf(deployment) - limitsOf(deployment).maxUnavailable;
  const newUnavailable = replicasOf(current) - (current.status?.availableReplicas ?? 0);
  const mayGo = desired(all) - minAvailable - newUnavailable;
  if (mayGo <= 0) return [];
  const cleaned = withoutUnhealthy(old, mayGo);
  const healthy = withoutHealthy(cleaned, available(all.map(asAsked)) - minAvailable);
  return healthy.filter(({ set, replicas }) => replicas !== replicasOf(set));
}

/** A set that was told to shrink counts no pods beyond that, though its status may not know yet. */
function asAsked(set: ReplicaSet): ReplicaSet {
  const availableReplicas = Math.min(set.status?.availableReplicas ?? 0, replicasOf(set));
  return { ...set, status: { ...set.status, replicas: actual([set]), availableReplicas } };
}

function withoutUnhealthy(old: readonly ReplicaSet[], mayGo: number): Scale[] {
  let left = mayGo;
  return byAge(old).map((set) => {
    const unhealthy = replicasOf(set) - (set.status?.availableReplicas ?? 0);
    const going = Math.max(0, Math.min(left, unhealthy));
    left -= going;
    return { set, replicas: replicasOf(set) - going };
  });
}

function withoutHealthy(scales: readonly Scale[], mayGo: number): Scale[] {
  let left = mayGo;
  return scales.map(({ set, replicas }) => {
    const going = Math.max(0, Math.min(left, replicas));
    left -= going;
    return { set, replicas: replicas - going };
  });
}

/** The next step when recreating: all old pods go, and only when none is left the new set grows. */
export function recreateStep(
  deployment: Deployment,
  old: readonly ReplicaSet[],
  { current, oldPodsLeft }: { current: ReplicaSet | undefined; oldPodsLeft: boolean },
): Scale[] | "create" {
  const shrinking = old.filter((set) => replicasOf(set) > 0).map((set) => ({ set, replicas: 0 }));
  if (shrinking.length > 0 || oldPodsLeft) return shrinking;
  if (!current) return "create";
  const wanted = replicasOf(deployment);
  return replicasOf(current) === wanted ? [] : [{ set: current, replicas: wanted }];
}

/**
 * Spreads a change of the wanted number over all sets in proportion to their sizes, while a rollout is under way or
 * paused (upstream's proportional scaling); the largest set takes what rounding leaves.
 */
export function proportionalScale(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  maxReplicasBefore: (set: ReplicaSet) => number,
): Scale[] {
  const wanted = replicasOf(deployment);
  const most = wanted > 0 ? wanted + limitsOf(deployment).maxSurge : 0;
  const active = sets.filter((set) => replicasOf(set) > 0);
  const toAdd = most - desired(active);
  const growing = toAdd > 0;
  const aged = growing ? byAge(active).toReversed() : byAge(active);
  const ordered = aged.toSorted((one, other) => replicasOf(other) - replicasOf(one));
  let left = toAdd;
  const scales = ordered.map((set) => {
    const before = maxReplicasBefore(set) || (deployment.status?.replicas ?? 0);
    const share = before === 0 ? 0 : Math.round((replicasOf(set) * most) / before) - replicasOf(set);
    const part = growing ? Math.min(Math.max(share, 0), left) : Math.max(Math.min(share, 0), left);
    left -= part;
    return { set, replicas: replicasOf(set) + part };
  });
  return scales.map((scale, at) => (at === 0 ? { ...scale, replicas: Math.max(0, scale.replicas + left) } : scale));
}

/** Whether nothing of an older template is left and everything new is there. */
export function isComplete(deployment: Deployment, status: NonNullable<Deployment["status"]>): boolean {
  const wanted = replicasOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}
