import type { Condition } from "../conditions.ts";
import type { KubeObject, ObjectMeta } from "../object.ts";
import type { Affinity, TopologySpreadConstraint } from "./affinity.ts";
import type { PersistentVolumeClaimSpec } from "./volume-claim.ts";

/** core/v1 Pod, as far as its schedulers and controllers read it. */
export type Pod = KubeObject & { spec: PodSpec; status?: PodStatus };

export type PodTemplateSpec = { metadata?: ObjectMeta; spec: PodSpec };

export type PodSpec = {
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  schedulerName?: string;
  schedulingGates?: { name: string }[];
  containers: Container[];
  initContainers?: Container[];
  volumes?: Volume[];
  restartPolicy?: "Always" | "OnFailure" | "Never";
  terminationGracePeriodSeconds?: number;
  activeDeadlineSeconds?: number;
  serviceAccountName?: string;
  hostNetwork?: boolean;
  hostname?: string;
  subdomain?: string;
  affinity?: Affinity;
  tolerations?: Toleration[];
  topologySpreadConstraints?: TopologySpreadConstraint[];
  priority?: number;
  priorityClassName?: string;
  preemptionPolicy?: "Never" | "PreemptLowerPriority";
  overhead?: Record<string, string>;
  resources?: ResourceRequirements;
  readinessGates?: { conditionType: string }[];
};

export type ResourceRequirements = {
  requests?: Record<string, string | number>;
  limits?: Record<string, string | number>;
};

export type Container = {
  name: string;
  image?: string;
  command?: string[];
  args?: string[];
  env?: { name: string; value?: string; valueFrom?: unknown }[];
  ports?: ContainerPort[];
  resources?: ResourceRequirements;
  restartPolicy?: "Always";
};

export type ContainerPort = {
  name?: string;
  containerPort: number;
  hostPort?: number;
  hostIP?: string;
  protocol?: string;
};

export type Volume = {
  name: string;
  persistentVolumeClaim?: { claimName: string; readOnly?: boolean };
  ephemeral?: { volumeClaimTemplate: { metadata?: ObjectMeta; spec: PersistentVolumeClaimSpec } };
  [source: string]: unknown;
};

export type Toleration = {
  key?: string;
  operator?: "Exists" | "Equal";
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
};

export type PodCondition = Condition & { lastProbeTime?: string | null; observedGeneration?: number };

export type PodStatus = {
  phase?: "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";
  conditions?: PodCondition[];
  reason?: string;
  message?: string;
  startTime?: string;
  podIP?: string;
  podIPs?: { ip: string }[];
  hostIP?: string;
  nominatedNodeName?: string;
  containerStatuses?: ContainerStatus[];
  initContainerStatuses?: ContainerStatus[];
};

export type ContainerStatus = {
  name: string;
  restartCount?: number;
  ready?: boolean;
  state?: { terminated?: { exitCode: number; finishedAt?: string; reason?: string }; running?: { startedAt?: string } };
};
