import type { Container } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";
import { containerHash } from "./container-hash.ts";

/** Labels and annotations that the kubelet puts on sandboxes and containers, under upstream's names. */
export const podNameLabel = "io.kubernetes.pod.name";
export const podNamespaceLabel = "io.kubernetes.pod.namespace";
export const podUidLabel = "io.kubernetes.pod.uid";
export const containerNameLabel = "io.kubernetes.container.name";
const deletionGraceAnnotation = "io.kubernetes.pod.deletionGracePeriod";
const terminationGraceAnnotation = "io.kubernetes.pod.terminationGracePeriod";
const hashAnnotation = "io.kubernetes.container.hash";
const restartCountAnnotation = "io.kubernetes.container.restartCount";
const messagePathAnnotation = "io.kubernetes.container.terminationMessagePath";
const messagePolicyAnnotation = "io.kubernetes.container.terminationMessagePolicy";
const preStopAnnotation = "io.kubernetes.container.preStopHandler";
const portsAnnotation = "io.kubernetes.container.ports";

type StringMap = Readonly<Record<string, string>>;

export function sandboxLabels(pod: Pod): StringMap {
  return { ...pod.metadata.labels, ...podIdentity(pod) };
}

export function containerLabels(pod: Pod, container: Container): StringMap {
  return { ...podIdentity(pod), [containerNameLabel]: container.name };
}

function podIdentity(pod: Pod): StringMap {
  return {
    [podNameLabel]: pod.metadata.name ?? "",
    [podNamespaceLabel]: pod.metadata.namespace ?? "",
    [podUidLabel]: pod.metadata.uid ?? "",
  };
}

/** What a container must remember for a kubelet that no longer has its pod. */
export function containerAnnotations(pod: Pod, container: Container, restartCount: number): StringMap {
  const preStop = container.lifecycle?.preStop;
  const deletionGrace = pod.metadata.deletionGracePeriodSeconds;
  const terminationGrace = pod.spec.terminationGracePeriodSeconds;
  return {
    [hashAnnotation]: containerHash(container),
    [restartCountAnnotation]: String(restartCount),
    [messagePathAnnotation]: container.terminationMessagePath ?? "",
    [messagePolicyAnnotation]: container.terminationMessagePolicy ?? "",
    ...(deletionGrace !== undefined && { [deletionGraceAnnotation]: String(deletionGrace) }),
    ...(terminationGrace !== undefined && { [terminationGraceAnnotation]: String(terminationGrace) }),
    ...(preStop && { [preStopAnnotation]: JSON.stringify(preStop) }),
    ...(container.ports?.length && { [portsAnnotation]: JSON.stringify(container.ports) }),
  };
}

/** What `containerAnnotations` wrote, read back; numbers are undefined where nothing usable stands. */
export type ContainerMemory = {
  readonly hash: string;
  readonly restartCount: number;
  readonly terminationMessagePath: string;
  readonly terminationMessagePolicy: string;
  readonly terminationGracePeriodSeconds: number | undefined;
  readonly preStop: NonNullable<Container["lifecycle"]>["preStop"] | undefined;
};

export function containerMemory(annotations: StringMap): ContainerMemory {
  return {
    hash: annotations[hashAnnotation] ?? "",
    restartCount: numberOf(annotations[restartCountAnnotation]) ?? 0,
    terminationMessagePath: annotations[messagePathAnnotation] ?? "",
    terminationMessagePolicy: annotations[messagePolicyAnnotation] ?? "",
    terminationGracePeriodSeconds:
      numberOf(annotations[deletionGraceAnnotation]) ?? numberOf(annotations[terminationGraceAnnotation]),
    preStop: jsonOf(annotations[preStopAnnotation]),
  };
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function jsonOf<T>(text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
