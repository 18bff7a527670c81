import type { Pod, PodTemplateSpec, Volume } from "../../../kube/kinds/pod.ts";
import type { PersistentVolumeClaim } from "../../../kube/kinds/volume-claim.ts";
import type { ControllerRevision, StatefulSet } from "../../../kube/kinds/workloads.ts";
import { podOfTemplate } from "../pods/pod-of-template.ts";
import { revisionHashLabel } from "../revisions/revision-history.ts";

/** The ordinal in a pod's name; undefined for a pod that is not of the set's kind. */
export function ordinalOf({ metadata }: Pod, set: StatefulSet): number | undefined {
  const ordinal = new RegExp(`^${set.metadata.name?.replaceAll(".", "\\.")}-(\\d+)$`).exec(metadata.name ?? "")?.[1];
  return ordinal === undefined ? undefined : Number(ordinal);
}

type KeptTemplate = PodTemplateSpec & { $patch?: string };

/** The template that a revision keeps. */
function templateOf(revision: ControllerRevision, set: StatefulSet): PodTemplateSpec {
  const data = revision.data as { spec?: { template?: KeptTemplate } } | undefined;
  const kept: KeptTemplate = data?.spec?.template ?? set.spec.template;
  const { $patch: _, ...template } = kept;
  return template;
}

/** The pod of an ordinal at a revision: its name, its host name and its claims never change. */
export function statefulPod(set: StatefulSet, ordinal: number, revision: ControllerRevision): Pod {
  const pod = podOfTemplate(templateOf(revision, set), set);
  const { generateName: _, ...metadata } = pod.metadata;
  const name = `${set.metadata.name}-${ordinal}`;
  const labels = {
    ...metadata.labels,
    "apps.kubernetes.io/pod-index": String(ordinal),
    [revisionHashLabel]: revision.metadata.name ?? "",
    "statefulset.kubernetes.io/pod-name": name,
  };
  const { serviceName } = set.spec;
  const identity = { hostname: name, ...(serviceName ? { subdomain: serviceName } : {}) };
  const volumes = volumesOf(set, ordinal, pod.spec.volumes ?? []);
  const spec = { ...pod.spec, ...identity, ...(volumes.length > 0 ? { volumes } : {}) };
  return { ...pod, metadata: { ...metadata, name, labels }, spec };
}

/** The claims of an ordinal, one for each template, as they are to be created. */
export function claimsOf(set: StatefulSet, ordinal: number): PersistentVolumeClaim[] {
  return (set.spec.volumeClaimTemplates ?? []).map((template) => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      ...template.metadata,
      name: claimName(template, set, ordinal),
      namespace: set.metadata.namespace ?? "",
      labels: { ...template.metadata.labels, ...set.spec.selector.matchLabels },
    },
    spec: template.spec,
  }));
}

function claimName({ metadata }: PersistentVolumeClaim, set: StatefulSet, ordinal: number): string {
  return `${metadata.name}-${set.metadata.name}-${ordinal}`;
}

function volumesOf(set: StatefulSet, ordinal: number, others: readonly Volume[]): Volume[] {
  const templates = set.spec.volumeClaimTemplates ?? [];
  const own = templates.map((template) => ({
    name: template.metadata.name ?? "",
    persistentVolumeClaim: { claimName: claimName(template, set, ordinal) },
  }));
  return [...others.filter(({ name }) => !own.some((one) => one.name === name)), ...own];
}
