import type { KubeObject } from "../../kube/object.ts";
import type { Container, ResourceList } from "./container.ts";
import type { PodStatus } from "./pod-status.ts";
import type { PodSecurityContext } from "./security.ts";
import type { Volume } from "./volume.ts";

/** core/v1 Pod: the fields that the kubelet acts on. */
export type Pod = KubeObject & { spec: PodSpec; status?: PodStatus };

export type RestartPolicy = "Always" | "OnFailure" | "Never";

export type PodSpec = {
  nodeName?: string;
  containers: Container[];
  initContainers?: Container[];
  ephemeralContainers?: Container[];
  volumes?: Volume[];
  restartPolicy?: RestartPolicy;
  terminationGracePeriodSeconds?: number;
  activeDeadlineSeconds?: number;
  dnsPolicy?: "Default" | "ClusterFirst" | "ClusterFirstWithHostNet" | "None";
  dnsConfig?: PodDnsConfig;
  nodeSelector?: Record<string, string>;
  serviceAccountName?: string;
  serviceAccount?: string;
  automountServiceAccountToken?: boolean;
  enableServiceLinks?: boolean;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  hostUsers?: boolean;
  shareProcessNamespace?: boolean;
  hostname?: string;
  subdomain?: string;
  setHostnameAsFQDN?: boolean;
  hostAliases?: { ip: string; hostnames?: string[] }[];
  imagePullSecrets?: { name?: string }[];
  securityContext?: PodSecurityContext;
  priority?: number;
  priorityClassName?: string;
  runtimeClassName?: string;
  schedulerName?: string;
  overhead?: ResourceList;
  tolerations?: Toleration[];
  affinity?: unknown;
  preemptionPolicy?: string;
  readinessGates?: { conditionType: string }[];
  os?: { name: string };
};

export type Toleration = {
  key?: string;
  operator?: "Exists" | "Equal";
  value?: string;
  effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  tolerationSeconds?: number;
};

export type PodDnsConfig = {
  nameservers?: string[];
  searches?: string[];
  options?: { name: string; value?: string }[];
};

/** Where a pod came from: the annotation kubernetes.io/config.source of static pods. */
export const sourceAnnotation = "kubernetes.io/config.source";
export const hashAnnotation = "kubernetes.io/config.hash";
export const mirrorAnnotation = "kubernetes.io/config.mirror";
export const seenAnnotation = "kubernetes.io/config.seen";

export function podKey(pod: Pod): string {
  return `${pod.metadata.namespace}/${pod.metadata.name}`;
}

export function podUid(pod: Pod): string {
  return pod.metadata.uid ?? "";
}

export function isStaticPod(pod: Pod): boolean {
  const source = pod.metadata.annotations?.[sourceAnnotation];
  return source !== undefined && source !== "api";
}

export function isMirrorPod(pod: Pod): boolean {
  return pod.metadata.annotations?.[mirrorAnnotation] !== undefined;
}

/** A sidecar: an init container that keeps running beside the containers (KEP-753). */
export function isRestartableInit(container: Container): boolean {
  return container.restartPolicy === "Always";
}

export function restartPolicyOf(pod: Pod): RestartPolicy {
  return pod.spec.restartPolicy ?? "Always";
}

/** Init, app and ephemeral containers, in that order. */
export function allContainers(pod: Pod): Container[] {
  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers, ...(pod.spec.ephemeralContainers ?? [])];
}

export function findContainer(pod: Pod, name: string): Container | undefined {
  return allContainers(pod).find((container) => container.name === name);
}
