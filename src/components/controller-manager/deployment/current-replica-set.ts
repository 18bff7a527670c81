import { isDeepStrictEqual } from "node:util";
import { messageOf } from "../../../base/errors.ts";
import { isAlreadyExists, isNamespaceTerminating } from "../../../kube/api-error.ts";
import type { Deployment, ReplicaSet } from "../../../kube/kinds/workloads.ts";
import { controllerOf } from "../../../kube/owner.ts";
import { resources } from "../../../kube/resources.ts";
import { updateStatus } from "../framework/update-status.ts";
import type { DeploymentEffects } from "./effects.ts";
import { newReplicaSet, nextRevision, setAnnotations } from "./new-replica-set.ts";
import {
  desiredReplicasAnnotation,
  maxReplicasAnnotation,
  newReplicaSetOf,
  oldReplicaSetsOf,
  revisionAnnotation,
} from "./replica-sets.ts";
import { newSetSize } from "./rolling.ts";
import { tellScaled } from "./scaling.ts";
import { hasProgressDeadline, setCondition } from "./status.ts";
import { sameTemplate } from "./template-hash.ts";

/** After a step: the sets, and the deployment with the resourceVersion that its status has to be written over. */
export type Stepped = {
  readonly deployment: Deployment;
  readonly all: ReplicaSet[];
  /** The set of the present template was made in this step. */
  readonly isNew?: boolean;
};

/** The current set, created or brought to the newest revision, and the deployment as it is once it tells that revision. */
export async function ensureCurrent(
  effects: DeploymentEffects,
  deployment: Deployment,
  sets: readonly ReplicaSet[],
): Promise<Stepped & { readonly current?: ReplicaSet }> {
  const existing = newReplicaSetOf(deployment, sets);
  const old = oldReplicaSetsOf(sets, existing);
  const revision = nextRevision(old);
  if (existing) {
    const current = await adjustCurrent(effects, deployment, existing, revision);
    return { deployment: await markRevision(effects, deployment, current), current, all: [...old, current] };
  }
  const made = await createCurrent(effects, deployment, old, revision);
  if (made.kind === "collided") return { deployment: made.deployment, all: [...old] };
  const { current, kind } = made;
  const marked = await markRevision(effects, deployment, current);
  return { deployment: marked, current, all: [...old, current], isNew: kind === "created" };
}

/** What became of an attempt to create a set: its name may have been taken, by itself or by another of the same hash. */
type Made =
  | { readonly kind: "created" | "found"; readonly current: ReplicaSet }
  | { readonly kind: "collided"; readonly deployment: Deployment };

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
): Promise<Made> {
  const empty = newReplicaSet(deployment, { replicas: 0, revision });
  const replicas = newSetSize(deployment, [...old, empty], empty);
  const wanted = { ...empty, spec: { ...empty.spec, replicas } };
  try {
    const created = await effects.client.create(resources.replicasets, wanted);
    if (replicas > 0) tellScaled(effects, deployment, { set: created, replicas }, 0);
    return { kind: "created", current: created };
  } catch (thrown) {
    if (isAlreadyExists(thrown)) return resolveCollision(effects, deployment, wanted);
    if (!isNamespaceTerminating(thrown)) await tellFailure(effects, deployment, { wanted, thrown });
    throw thrown;
  }
}

/** The deadline of the rollout must not pass in silence when no set can be made at all. */
async function tellFailure(
  { client, recorder, now }: DeploymentEffects,
  deployment: Deployment,
  { wanted, thrown }: { wanted: ReplicaSet; thrown: unknown },
): Promise<void> {
  const reason = "ReplicaSetCreateError";
  const message = `Failed to create new replica set "${wanted.metadata.name}": ${messageOf(thrown).split("\n")[0]}`;
  recorder.event(deployment, { type: "Warning", reason, message });
  if (!hasProgressDeadline(deployment)) return;
  const condition = { type: "Progressing", status: "False", reason, message };
  const conditions = setCondition(deployment.status?.conditions, condition, now());
  // the failure itself counts: it is thrown by the caller
  await updateStatus(client, resources.deployments, deployment, { ...deployment.status, conditions }).catch(
    () => undefined,
  );
}

/** The name is taken: by our own set that the cache does not show yet, or by a hash collision, which counts up. */
async function resolveCollision(effects: DeploymentEffects, deployment: Deployment, wanted: ReplicaSet): Promise<Made> {
  const { name = "", namespace } = wanted.metadata;
  const existing = await effects.client.get<ReplicaSet>(resources.replicasets, { name, namespace });
  const isOurs = controllerOf(existing.metadata)?.uid === deployment.metadata.uid;
  if (isOurs && sameTemplate(existing.spec.template, deployment.spec.template))
    return { kind: "found", current: existing };
  const status = { ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 };
  return {
    kind: "collided",
    deployment: await updateStatus(effects.client, resources.deployments, deployment, status),
  };
}

async function markRevision(
  { client }: DeploymentEffects,
  deployment: Deployment,
  current: ReplicaSet,
): Promise<Deployment> {
  const revision = current.metadata.annotations?.[revisionAnnotation];
  const { annotations = {} } = deployment.metadata;
  if (revision === undefined || annotations[revisionAnnotation] === revision) return deployment;
  const metadata = { ...deployment.metadata, annotations: { ...annotations, [revisionAnnotation]: revision } };
  return client.update(resources.deployments, { ...deployment, metadata });
}
