import { isDeepStrictEqual } from "node:util";
import { isAlreadyExists, isNotFound } from "../../../kube/api-error.ts";
import type { KubeClient } from "../../../kube/client.ts";
import { conditionOf } from "../../../kube/conditions.ts";
import type { EventRecorder } from "../../../kube/event-recorder.ts";
import type { Deployment, ReplicaSet } from "../../../kube/kinds/workloads.ts";
import { controllerOf } from "../../../kube/owner.ts";
import { resources } from "../../../kube/resources.ts";
import { updateStatus } from "../framework/update-status.ts";
import { beyondHistory, newReplicaSet, nextRevision, setAnnotations, sizeAnnotations } from "./new-replica-set.ts";
import {
  desiredReplicasAnnotation,
  maxReplicasAnnotation,
  newReplicaSetOf,
  oldReplicaSetsOf,
  replicasOf,
  revisionAnnotation,
} from "./replica-sets.ts";
import { newSetSize, proportionalScale, recreateStep, rollingStep, type Scale } from "./rolling.ts";
import { deploymentStatus, hasProgressDeadline, setCondition, withProgress } from "./status.ts";
import { sameTemplate } from "./template-hash.ts";

export type DeploymentEffects = {
  readonly client: KubeClient;
  readonly recorder: EventRecorder;
  readonly now: () => number;
};

/** One pass over one deployment: at most one step of its rollout, then its status. */
export async function syncDeployment(
  effects: DeploymentEffects,
  given: Deployment,
  { sets, oldPodsLeft }: { sets: readonly ReplicaSet[]; oldPodsLeft: (current: ReplicaSet | undefined) => boolean },
): Promise<void> {
  if (given.metadata.deletionTimestamp) return writeStatus(effects, given, { sets, progress: false });
  const deployment = await markPaused(effects, given);
  const current = newReplicaSetOf(deployment, sets);
  if (deployment.spec.paused || isScaling(deployment, sets)) {
    const left = await scaleAll(effects, deployment, sets, current);
    return writeStatus(effects, deployment, { sets: left, progress: false });
  }
  const after =
    deployment.spec.strategy?.type === "Recreate"
      ? await recreate(effects, deployment, { sets, oldPodsLeft: oldPodsLeft(current) })
      : await roll(effects, deployment, sets);
  await cleanUp(effects, deployment, after);
  await writeStatus(effects, deployment, { sets: after, progress: true });
}

async function roll(
  effects: DeploymentEffects,
  deployment: Deployment,
  sets: readonly ReplicaSet[],
): Promise<ReplicaSet[]> {
  const { current, all } = await ensureCurrent(effects, deployment, sets);
  if (!current) return all;
  return scale(effects, deployment, all, rollingStep(deployment, current, oldReplicaSetsOf(all, current)));
}

async function recreate(
  effects: DeploymentEffects,
  deployment: Deployment,
  { sets, oldPodsLeft }: { sets: readonly ReplicaSet[]; oldPodsLeft: boolean },
): Promise<ReplicaSet[]> {
  const existing = newReplicaSetOf(deployment, sets);
  const step = recreateStep(deployment, oldReplicaSetsOf(sets, existing), { current: existing, oldPodsLeft });
  if (step !== "create") {
    const all = existing ? (await ensureCurrent(effects, deployment, sets)).all : [...sets];
    return scale(effects, deployment, all, step);
  }
  return (await ensureCurrent(effects, deployment, sets)).all;
}

/** The current set, created or brought to the newest revision. */
async function ensureCurrent(
  effects: DeploymentEffects,
  deployment: Deployment,
  sets: readonly ReplicaSet[],
): Promise<{ current?: ReplicaSet; all: ReplicaSet[] }> {
  const existing = newReplicaSetOf(deployment, sets);
  const old = oldReplicaSetsOf(sets, existing);
  const revision = nextRevision(old);
  const current = existing
    ? await adjustCurrent(effects, deployment, existing, revision)
    : await createCurrent(effects, deployment, old, revision);
  if (!current) return { all: [...old] };
  await markRevision(effects, deployment, current);
  return { current, all: [...old, current] };
}

async function adjustCurrent(
  { client }: DeploymentEffects,
  deployment: Deployment,
  existing: ReplicaSet,
  revision: number,
): Promise<ReplicaSet> {
  const old = existing.metadata.annotations ?? {};
  const annotations = { ...setAnnotations(deployment, { revision, old }), ...sizesOf(old) };
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  const same = isDeepStrictEqual(annotations, old) && (existing.spec.minReadySeconds ?? 0) === minReadySeconds;
  if (same) return existing;
  const changed = {
    ...existing,
    metadata: { ...existing.metadata, annotations },
    spec: { ...existing.spec, minReadySeconds },
  };
  return client.update(resources.replicasets, changed);
}

/** The sizes change only when the set is scaled: a difference is how a scaling is noticed. */
function sizesOf(annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    [desiredReplicasAnnotation, maxReplicasAnnotation].flatMap((name) => {
      const value = annotations[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

async function createCurrent(
  effects: DeploymentEffects,
  deployment: Deployment,
  old: readonly ReplicaSet[],
  revision: number,
): Promise<ReplicaSet | undefined> {
  const empty = newReplicaSet(deployment, { replicas: 0, revision });
  const replicas = newSetSize(deployment, [...old, empty], empty);
  const wanted = { ...empty, spec: { ...empty.spec, replicas } };
  try {
    const created = await effects.client.create(resources.replicasets, wanted);
    if (replicas > 0) tellScaled(effects, deployment, { set: created, replicas }, 0);
    return created;
  } catch (thrown) {
    if (!isAlreadyExists(thrown)) throw thrown;
    return resolveCollision(effects, deployment, wanted);
  }
}

/** The name is taken: by our own set that the cache does not show yet, or by a hash collision, which counts up. */
async function resolveCollision(
  effects: DeploymentEffects,
  deployment: Deployment,
  wanted: ReplicaSet,
): Promise<ReplicaSet | undefined> {
  const { name = "", namespace } = wanted.metadata;
  const existing = await effects.client.get<ReplicaSet>(resources.replicasets, { name, namespace });
  const isOurs = controllerOf(existing.metadata)?.uid === deployment.metadata.uid;
  if (isOurs && sameTemplate(existing.spec.template, deployment.spec.template)) return existing;
  const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
  await updateStatus(effects.client, resources.deployments, deployment, { ...deployment.status, collisionCount });
  return undefined;
}

async function markRevision({ client }: DeploymentEffects, deployment: Deployment, current: ReplicaSet): Promise<void> {
  const revision = current.metadata.annotations?.[revisionAnnotation];
  const { annotations = {} } = deployment.metadata;
  if (revision === undefined || annotations[revisionAnnotation] === revision) return;
  const metadata = { ...deployment.metadata, annotations: { ...annotations, [revisionAnnotation]: revision } };
  await client.update(resources.deployments, { ...deployment, metadata });
}

/** Whether the wanted number changed since the sets were last sized. */
function isScaling(deployment: Deployment, sets: readonly ReplicaSet[]): boolean {
  return sets
    .filter((set) => replicasOf(set) > 0)
    .some(({ metadata }) => {
      const before = metadata.annotations?.[desiredReplicasAnnotation];
      return before !== undefined && Number(before) !== replicasOf(deployment);
    });
}

async function scaleAll(
  effects: DeploymentEffects,
  deployment: Deployment,
  ...[sets, current]: [readonly ReplicaSet[], ReplicaSet | undefined]
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

async function scale(
  effects: DeploymentEffects,
  deployment: Deployment,
  ...[sets, scales]: [readonly ReplicaSet[], readonly Scale[]]
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

function tellScaled(
  { recorder }: DeploymentEffects,
  deployment: Deployment,
  { set, replicas }: Scale,
  before: number,
): void {
  const direction = replicas > before ? "up" : "down";
  const message = `Scaled ${direction} replica set ${set.metadata.name} from ${before} to ${replicas}`;
  recorder.event(deployment, { type: "Normal", reason: "ScalingReplicaSet", message });
}

async function cleanUp(
  { client }: DeploymentEffects,
  deployment: Deployment,
  sets: readonly ReplicaSet[],
): Promise<void> {
  const current = newReplicaSetOf(deployment, sets);
  for (const { metadata } of beyondHistory(deployment, oldReplicaSetsOf(sets, current))) {
    const { name = "", namespace } = metadata;
    try {
      await client.delete(resources.replicasets, { name, namespace });
    } catch (thrown) {
      if (!isNotFound(thrown)) throw thrown;
    }
  }
}

/** Tells of a pause or its end in the Progressing condition, so that the deadline does not count while paused. */
async function markPaused(effects: DeploymentEffects, deployment: Deployment): Promise<Deployment> {
  if (!hasProgressDeadline(deployment)) return deployment;
  const progressing = conditionOf(deployment.status?.conditions, "Progressing");
  if (progressing?.reason === "ProgressDeadlineExceeded") return deployment;
  const wasPaused = progressing?.reason === "DeploymentPaused";
  const isPaused = deployment.spec.paused === true;
  if (isPaused === wasPaused) return deployment;
  const [reason, message] = isPaused
    ? ["DeploymentPaused", "Deployment is paused"]
    : ["DeploymentResumed", "Deployment is resumed"];
  const condition = { type: "Progressing", status: "Unknown", reason: reason ?? "", message: message ?? "" };
  const conditions = setCondition(deployment.status?.conditions, condition, effects.now());
  return updateStatus(effects.client, resources.deployments, deployment, { ...deployment.status, conditions });
}

async function writeStatus(
  { client, now }: DeploymentEffects,
  deployment: Deployment,
  { sets, progress }: { sets: readonly ReplicaSet[]; progress: boolean },
): Promise<void> {
  const view = { all: sets, current: newReplicaSetOf(deployment, sets) };
  const nowMs = now();
  const counted = deploymentStatus(deployment, view, nowMs);
  const status = progress ? withProgress(deployment, view, { status: counted, nowMs }) : counted;
  await updateStatus(client, resources.deployments, deployment, status);
}
