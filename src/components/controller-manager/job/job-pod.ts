import type { Job } from "../../../kube/kinds/job.ts";
import type { Container, Pod } from "../../../kube/kinds/pod.ts";
import { podOfTemplate } from "../pods/pod-of-template.ts";

export const trackingFinalizer = "batch.kubernetes.io/job-tracking";
const indexAnnotation = "batch.kubernetes.io/job-completion-index";
/** How often the pod's index had failed before this pod (KEP-3850). */
const failureCountAnnotation = "batch.kubernetes.io/job-index-failure-count";

/**
 * A new pod of a job; its finalizer keeps it until it was counted. Indexed jobs tell the pod its index, and with
 * backoffLimitPerIndex the pod that failed before it (`replaced`) hands on its count of failures.
 */
export function newJobPod(job: Job, index: number | undefined, replaced?: Pod): Pod {
  const pod = podOfTemplate(job.spec.template, job);
  const finalizers = [...(pod.metadata.finalizers ?? []), trackingFinalizer];
  if (index === undefined) return { ...pod, metadata: { ...pod.metadata, finalizers } };
  const { name = "" } = job.metadata;
  const marks = { [indexAnnotation]: String(index) };
  const failures = limitsEachIndex(job) ? { [failureCountAnnotation]: `${replaced ? failuresWith(replaced) : 0}` } : {};
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      finalizers,
      generateName: `${name.slice(0, 63 - 6 - `${index}`.length - 2)}-${index}-`,
      labels: { ...pod.metadata.labels, ...marks },
      annotations: { ...pod.metadata.annotations, ...marks, ...failures },
    },
    spec: {
      ...pod.spec,
      hostname: `${name}-${index}`.slice(0, 63),
      containers: pod.spec.containers.map(withIndex),
      ...(pod.spec.initContainers ? { initContainers: pod.spec.initContainers.map(withIndex) } : {}),
    },
  };
}

export function indexOf({ metadata }: Pod): number | undefined {
  const text = metadata.annotations?.[indexAnnotation];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Whether failures count against a limit of their index rather than of the whole job. */
export function limitsEachIndex({ spec }: Job): boolean {
  return spec.completionMode === "Indexed" && spec.backoffLimitPerIndex !== undefined;
}

/** How often the pod's index has failed, once this pod has. */
export function failuresWith({ metadata }: Pod): number {
  const before = Number(metadata.annotations?.[failureCountAnnotation]);
  return Number.isInteger(before) && before > 0 ? before + 1 : 1;
}

export function isTracked({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(trackingFinalizer) ?? false;
}

function withIndex(container: Container): Container {
  const name = "JOB_COMPLETION_INDEX";
  if (container.env?.some((one) => one.name === name)) return container;
  const valueFrom = { fieldRef: { fieldPath: `metadata.labels['${indexAnnotation}']` } };
  return { ...container, env: [...(container.env ?? []), { name, valueFrom }] };
}
