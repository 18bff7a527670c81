import { isDeepStrictEqual } from "node:util";
import { isAlreadyExists } from "../../../kube/api-error.ts";
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
import { sameTemplate } from "./template-hash.ts";

/** The current set, created or brought to the newest revision, and the deployment as it is once it tells that revision. */
export async function ensureCurrent(
  effects: DeploymentEffects,
  deployment: Deployment,
  sets: readonly ReplicaSet[],
): Promise<{ deployment: Deployment; current?: ReplicaSet; all: ReplicaSet[] }> {
  const existing = newReplicaSetOf(deployment, sets);
  const old = oldReplicaSetsOf(sets, existing);
  const revision = nextRevision(old);
  const current = existing
    ? await adjustCurrent(effects, deployment, existing, revision)
    : await createCurrent(effects, deployment, old, revision);
  if (!current) return { deployment, all: [...old] };
  return { deployment: await markRevision(effects, deployment, current), current, all: [...old, current] };
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
