import { isNotFound } from "../../../kube/api-error.ts";
import { conditionOf } from "../../../kube/conditions.ts";
import type { Deployment, ReplicaSet } from "../../../kube/kinds/workloads.ts";
import { resources } from "../../../kube/resources.ts";
import { updateStatus } from "../framework/update-status.ts";
import { ensureCurrent, type Stepped } from "./current-replica-set.ts";
import type { DeploymentEffects } from "./effects.ts";
import { beyondHistory } from "./new-replica-set.ts";
import { desiredReplicasAnnotation, newReplicaSetOf, oldReplicaSetsOf, replicasOf } from "./replica-sets.ts";
import { recreateStep, rollingStep } from "./rolling.ts";
import { scale, scaleAll } from "./scaling.ts";
import { deploymentStatus, hasProgressDeadline, setCondition, withProgress } from "./status.ts";

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
  const {
    deployment: marked,
    all,
    isNew,
  } = deployment.spec.strategy?.type === "Recreate"
    ? await recreate(effects, deployment, { sets, oldPodsLeft: oldPodsLeft(current) })
    : await roll(effects, deployment, sets);
  await cleanUp(effects, marked, all);
  await writeStatus(effects, marked, { sets: all, progress: true, isNew });
}

async function roll(effects: DeploymentEffects, deployment: Deployment, sets: readonly ReplicaSet[]): Promise<Stepped> {
  const ensured = await ensureCurrent(effects, deployment, sets);
  const { current, all } = ensured;
  if (!current) return ensured;
  const step = rollingStep(deployment, current, oldReplicaSetsOf(all, current));
  return { ...ensured, all: await scale(effects, deployment, all, step) };
}

async function recreate(
  effects: DeploymentEffects,
  deployment: Deployment,
  { sets, oldPodsLeft }: { sets: readonly ReplicaSet[]; oldPodsLeft: boolean },
): Promise<Stepped> {
  const existing = newReplicaSetOf(deployment, sets);
  const step = recreateStep(deployment, oldReplicaSetsOf(sets, existing), { current: existing, oldPodsLeft });
  if (step === "create") return ensureCurrent(effects, deployment, sets);
  const ensured: Stepped = existing ? await ensureCurrent(effects, deployment, sets) : { deployment, all: [...sets] };
  return { ...ensured, all: await scale(effects, deployment, ensured.all, step) };
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
  { sets, progress, isNew = false }: { sets: readonly ReplicaSet[]; progress: boolean; isNew?: boolean | undefined },
): Promise<void> {
  const view = { all: sets, current: newReplicaSetOf(deployment, sets) };
  const nowMs = now();
  const counted = deploymentStatus(deployment, view, nowMs);
  const status = progress ? withProgress(deployment, { ...view, isNew }, { status: counted, nowMs }) : counted;
  await updateStatus(client, resources.deployments, deployment, status);
}
