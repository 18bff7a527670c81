import type { Deployment, ReplicaSet } from "../../../kube/kinds/workloads.ts";
import { controllerReference } from "../../../kube/owner.ts";
import {
  desiredReplicasAnnotation,
  limitsOf,
  maxReplicasAnnotation,
  replicasOf,
  revisionAnnotation,
  revisionHistoryAnnotation,
  revisionOf,
} from "./replica-sets.ts";
import { podTemplateHashLabel, shortHash } from "./template-hash.ts";

/** Annotations that speak of the deployment itself and don't pass on to its sets. */
const ownAnnotations = [
  "kubectl.kubernetes.io/last-applied-configuration",
  revisionAnnotation,
  revisionHistoryAnnotation,
  desiredReplicasAnnotation,
  maxReplicasAnnotation,
  "deprecated.deployment.rollback.to",
];

/** The ReplicaSet of the current template, not yet created. */
export function newReplicaSet(
  deployment: Deployment,
  { replicas, revision }: { replicas: number; revision: number },
): ReplicaSet {
  const { spec, metadata } = deployment;
  const hash = shortHash(spec.template, deployment.status?.collisionCount ?? 0);
  const labels = { ...spec.template.metadata?.labels, [podTemplateHashLabel]: hash };
  const matchLabels = { ...spec.selector.matchLabels, [podTemplateHashLabel]: hash };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${metadata.name}-${hash}`,
      namespace: metadata.namespace ?? "",
      labels,
      annotations: setAnnotations(deployment, { revision, old: {} }),
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(spec.minReadySeconds ? { minReadySeconds: spec.minReadySeconds } : {}),
      selector: { ...spec.selector, matchLabels },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  };
}

/** The annotations that the current set must have: the deployment's own, its revision, and its size while it was made. */
export function setAnnotations(
  deployment: Deployment,
  { revision, old }: { revision: number; old: Readonly<Record<string, string>> },
): Record<string, string> {
  const inherited = Object.entries(deployment.metadata.annotations ?? {}).filter(
    ([name]) => !ownAnnotations.includes(name),
  );
  const before = old[revisionAnnotation];
  const isNewer = before === undefined || revision > Number(before);
  const history =
    isNewer && before !== undefined ? [old[revisionHistoryAnnotation], before].filter(Boolean).join(",") : undefined;
  return {
    ...old,
    ...Object.fromEntries(inherited),
    [revisionAnnotation]: isNewer ? String(revision) : before,
    ...(history === undefined ? {} : { [revisionHistoryAnnotation]: history }),
    ...sizeAnnotations(deployment),
  };
}

/** How large the deployment was when its sets were last scaled; proportional scaling starts from it. */
export function sizeAnnotations(deployment: Deployment): Record<string, string> {
  const replicas = replicasOf(deployment);
  return {
    [desiredReplicasAnnotation]: String(replicas),
    [maxReplicasAnnotation]: String(replicas + limitsOf(deployment).maxSurge),
  };
}

/** One more than the highest revision among the sets of older templates. */
export function nextRevision(old: readonly ReplicaSet[]): number {
  return Math.max(0, ...old.map(revisionOf)) + 1;
}

/** Sets that no rollback will want: scaled down, settled, and beyond the history limit; oldest revision first. */
export function beyondHistory({ spec }: Deployment, old: readonly ReplicaSet[]): ReplicaSet[] {
  const limit = spec.revisionHistoryLimit ?? 10;
  const cleanable = old.filter(({ metadata }) => !metadata.deletionTimestamp);
  return cleanable
    .toSorted((one, other) => revisionOf(one) - revisionOf(other))
    .slice(0, Math.max(0, cleanable.length - limit))
    .filter((set) => (set.status?.replicas ?? 0) === 0 && replicasOf(set) === 0)
    .filter(({ metadata, status }) => (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0));
}
