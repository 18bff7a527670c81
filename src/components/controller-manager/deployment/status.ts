import { conditionOf, withCondition, withoutCondition } from "../../../kube/conditions.ts";
import type { Deployment, DeploymentCondition, ReplicaSet } from "../../../kube/kinds/workloads.ts";
import { rfc3339 } from "../../../kube/rfc3339.ts";
import { actual, available, limitsOf, ready, replicasOf, terminating } from "./replica-sets.ts";
import { isComplete } from "./rolling.ts";

export type DeploymentStatus = NonNullable<Deployment["status"]>;
export type Sets = { readonly all: readonly ReplicaSet[]; readonly current: ReplicaSet | undefined };

/** The counts and the Available condition of a deployment with these sets; other conditions are kept. */
export function deploymentStatus(deployment: Deployment, { all, current }: Sets, nowMs: number): DeploymentStatus {
  const availableReplicas = available(all);
  const { collisionCount, conditions } = deployment.status ?? {};
  const enough = availableReplicas >= replicasOf(deployment) - limitsOf(deployment).maxUnavailable;
  return {
    ...(deployment.metadata.generation === undefined ? {} : { observedGeneration: deployment.metadata.generation }),
    ...counts({
      replicas: actual(all),
      updatedReplicas: actual(current ? [current] : []),
      readyReplicas: ready(all),
      availableReplicas,
      unavailableReplicas: Math.max(0, desiredTotal(all) - availableReplicas),
    }),
    terminatingReplicas: terminating(all),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: setCondition(conditions, enough ? isAvailable : isUnavailable, nowMs),
  };
}

const isAvailable = {
  type: "Available",
  status: "True",
  reason: "MinimumReplicasAvailable",
  message: "Deployment has minimum availability.",
};
const isUnavailable = {
  type: "Available",
  status: "False",
  reason: "MinimumReplicasUnavailable",
  message: "Deployment does not have minimum availability.",
};

/** The status with its Progressing and ReplicaFailure conditions, as `kubectl rollout status` reads them. */
export function withProgress(
  deployment: Deployment,
  { all, current, isNew }: Sets & { readonly isNew: boolean },
  { status, nowMs }: { status: DeploymentStatus; nowMs: number },
): DeploymentStatus {
  const old = conditionOf(deployment.status?.conditions, "Progressing");
  const subject = current ? `ReplicaSet "${current.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  const alreadyDone = status.replicas === status.updatedReplicas && old?.reason === "NewReplicaSetAvailable";
  let { conditions = [] } = status;
  if (hasProgressDeadline(deployment) && !alreadyDone) {
    conditions = progressOf(deployment, {
      status,
      conditions: begun(conditions, { current, isNew, nowMs }),
      subject,
      old,
      nowMs,
    });
  }
  const failure = [current, ...all].flatMap((set) => conditionOf(set?.status?.conditions, "ReplicaFailure") ?? [])[0];
  conditions = failure
    ? setCondition(conditions, { ...failure, message: failure.message ?? "", reason: failure.reason ?? "" }, nowMs)
    : withoutCondition(conditions, "ReplicaFailure");
  return { ...status, conditions };
}

type Progress = {
  readonly status: DeploymentStatus;
  readonly conditions: DeploymentCondition[];
  readonly subject: string;
  readonly old: DeploymentCondition | undefined;
  readonly nowMs: number;
};

function progressOf(
  deployment: Deployment,
  { status, conditions, subject, old, nowMs }: Progress,
): DeploymentCondition[] {
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`;
    return setCondition(conditions, progressing("True", "NewReplicaSetAvailable", message), nowMs);
  }
  if (hasProgressed(deployment.status, status)) {
    const condition = progressing("True", "ReplicaSetUpdated", `${subject} is progressing.`);
    // a step forward starts the deadline anew
    return setCondition(conditions, condition, nowMs, true);
  }
  if (hasTimedOut(deployment, old, nowMs)) {
    const message = `${subject} has timed out progressing.`;
    return setCondition(conditions, progressing("False", "ProgressDeadlineExceeded", message), nowMs);
  }
  return conditions;
}

const progressing = (status: string, reason: string, message: string) => ({
  type: "Progressing",
  status,
  reason,
  message,
});

/** A rollout begins with the making of its set; of one that was there before, the first look at it tells. */
function begun(
  conditions: DeploymentCondition[],
  { current, isNew, nowMs }: { current: ReplicaSet | undefined; isNew: boolean; nowMs: number },
): DeploymentCondition[] {
  if (!current) return conditions;
  const { name } = current.metadata;
  if (isNew)
    return setCondition(
      conditions,
      progressing("True", "NewReplicaSetCreated", `Created new replica set "${name}"`),
      nowMs,
    );
  if (conditionOf(conditions, "Progressing")) return conditions;
  return setCondition(conditions, progressing("True", "FoundNewReplicaSet", `Found new replica set "${name}"`), nowMs);
}

function hasProgressed(before: Deployment["status"], after: DeploymentStatus): boolean {
  const oldBefore = (before?.replicas ?? 0) - (before?.updatedReplicas ?? 0);
  const oldAfter = (after.replicas ?? 0) - (after.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before?.updatedReplicas ?? 0) ||
    oldAfter < oldBefore ||
    (after.readyReplicas ?? 0) > (before?.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before?.availableReplicas ?? 0)
  );
}

export function hasProgressDeadline({ spec }: Deployment): boolean {
  return spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds < 0x7fffffff;
}

function hasTimedOut(deployment: Deployment, old: DeploymentCondition | undefined, nowMs: number): boolean {
  if (!old || old.reason === "NewReplicaSetAvailable" || deployment.spec.paused) return false;
  if (old.reason === "ProgressDeadlineExceeded") return true;
  return nowMs > deadlineOf(deployment, old);
}

/** When the progress deadline passes, milliseconds since 1970. */
export function deadlineOf({ spec }: Deployment, { lastUpdateTime = "" }: DeploymentCondition): number {
  return Date.parse(lastUpdateTime) + (spec.progressDeadlineSeconds ?? 600) * 1000;
}

/** Sets a condition; lastUpdateTime moves when it changes, or always when `renewed`. */
export function setCondition(
  conditions: readonly DeploymentCondition[] | undefined,
  wanted: { type: string; status: string; reason: string; message: string },
  nowMs: number,
  renewed = false,
): DeploymentCondition[] {
  const { type, status, reason, message } = wanted;
  const old = conditionOf(conditions, type);
  if (!renewed && old?.status === status && old.reason === reason) return [...(conditions ?? [])];
  const now = rfc3339(nowMs);
  return withCondition(conditions, { type, status, lastUpdateTime: now, lastTransitionTime: now, reason, message });
}

function desiredTotal(sets: readonly ReplicaSet[]): number {
  return sets.reduce((total, set) => total + replicasOf(set), 0);
}

/** The API leaves out counts of zero. */
function counts(values: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0));
}
