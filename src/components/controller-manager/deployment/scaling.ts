import { isDeepStrictEqual } from "node:util";
import type { Deployment, ReplicaSet } from "../../../kube/kinds/workloads.ts";
import { resources } from "../../../kube/resources.ts";
import type { DeploymentEffects } from "./effects.ts";
import { sizeAnnotations } from "./new-replica-set.ts";
import { maxReplicasAnnotation, oldReplicaSetsOf, replicasOf } from "./replica-sets.ts";
import { proportionalScale, type Scale } from "./rolling.ts";

/** Brings all sets to a changed number at once, without moving the rollout on. */
export async function scaleAll(
  effects: DeploymentEffects,
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  current: ReplicaSet | undefined,
): Promise<ReplicaSet[]> {
  const active = sets.filter((set) => replicasOf(set) > 0);
  const only = active.length === 1 ? active[0] : active.length === 0 ? (current ?? sets.at(-1)) : undefined;
  if (only) return scale(effects, deployment, sets, [{ set: only, replicas: replicasOf(deployment) }]);
  const done =
    current &&
    replicasOf(current) === replicasOf(deployment) &&
    (current.status?.availableReplicas ?? 0) === replicasOf(deployment);
  if (done) {
    const old = oldReplicaSetsOf(active, current).map((set) => ({ set, replicas: 0 }));
    return scale(effects, deployment, sets, old);
  }
  if (deployment.spec.strategy?.type === "Recreate") return [...sets];
  const before = (set: ReplicaSet) => Number(set.metadata.annotations?.[maxReplicasAnnotation] ?? 0) || 0;
  return scale(effects, deployment, sets, proportionalScale(deployment, sets, before));
}

/** Gives the sets with their new sizes. */
export async function scale(
  effects: DeploymentEffects,
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  scales: readonly Scale[],
): Promise<ReplicaSet[]> {
  const changed = new Map<string | undefined, ReplicaSet>();
  for (const one of scales) changed.set(one.set.metadata.uid, await scaleOne(effects, deployment, one));
  return sets.map((set) => changed.get(set.metadata.uid) ?? set);
}

async function scaleOne(
  effects: DeploymentEffects,
  deployment: Deployment,
  { set, replicas }: Scale,
): Promise<ReplicaSet> {
  const old = set.metadata.annotations ?? {};
  const annotations = { ...old, ...sizeAnnotations(deployment) };
  if (replicas === replicasOf(set) && isDeepStrictEqual(annotations, old)) return set;
  const changed = { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, replicas } };
  const updated = await effects.client.update(resources.replicasets, changed);
  if (replicas !== replicasOf(set)) tellScaled(effects, deployment, { set, replicas }, replicasOf(set));
  return updated;
}

export function tellScaled(
  { recorder }: DeploymentEffects,
  deployment: Deployment,
  { set, replicas }: Scale,
  before: number,
): void {
  const direction = replicas > before ? "up" : "down";
  const message = `Scaled ${direction} replica set ${set.metadata.name} from ${before} to ${replicas}`;
  recorder.event(deployment, { type: "Normal", reason: "ScalingReplicaSet", message });
}
