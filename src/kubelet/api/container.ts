import type { Probe } from "./probe.ts";
import type { AppArmorProfile, Capabilities, SeccompProfile } from "./security.ts";

/** A container of a pod, as core/v1 spells it; the fields that the kubelet acts on. */
export type Container = {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  workingDir?: string;
  ports?: ContainerPort[];
  envFrom?: EnvFromSource[];
  env?: EnvVar[];
  resources?: ResourceRequirements;
  restartPolicy?: "Always" | "OnFailure" | "Never";
  volumeMounts?: VolumeMount[];
  volumeDevices?: { name: string; devicePath: string }[];
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
  lifecycle?: Lifecycle;
  terminationMessagePath?: string;
  terminationMessagePolicy?: "File" | "FallbackToLogsOnError";
  imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
  securityContext?: SecurityContext;
  stdin?: boolean;
  stdinOnce?: boolean;
  tty?: boolean;
  /** Ephemeral containers only. */
  targetContainerName?: string;
};

export type ContainerPort = {
  name?: string;
  hostPort?: number;
  containerPort: number;
  protocol?: "TCP" | "UDP" | "SCTP";
  hostIP?: string;
};

export type EnvFromSource = {
  prefix?: string;
  configMapRef?: { name: string; optional?: boolean };
  secretRef?: { name: string; optional?: boolean };
};

export type EnvVar = { name: string; value?: string; valueFrom?: EnvVarSource };

export type KeySelector = { name: string; key: string; optional?: boolean };
export type FieldRef = { apiVersion?: string; fieldPath: string };
export type ResourceFieldRef = { containerName?: string; resource: string; divisor?: string | number };
export type EnvVarSource = {
  fieldRef?: FieldRef;
  resourceFieldRef?: ResourceFieldRef;
  configMapKeyRef?: KeySelector;
  secretKeyRef?: KeySelector;
};

export type ResourceList = Record<string, string | number>;
export type ResourceRequirements = { limits?: ResourceList; requests?: ResourceList; claims?: unknown[] };

export type VolumeMount = {
  name: string;
  mountPath: string;
  readOnly?: boolean;
  recursiveReadOnly?: string;
  subPath?: string;
  subPathExpr?: string;
  mountPropagation?: "None" | "HostToContainer" | "Bidirectional";
};

export type Lifecycle = { postStart?: LifecycleHandler; preStop?: LifecycleHandler; stopSignal?: string };
export type LifecycleHandler = {
  exec?: { command?: string[] };
  httpGet?: import("./probe.ts").HttpGetAction;
  tcpSocket?: import("./probe.ts").TcpSocketAction;
  sleep?: { seconds: number };
};

export type SecurityContext = {
  capabilities?: Capabilities;
  privileged?: boolean;
  runAsUser?: number;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  readOnlyRootFilesystem?: boolean;
  allowPrivilegeEscalation?: boolean;
  procMount?: "Default" | "Unmasked";
  seccompProfile?: SeccompProfile;
  appArmorProfile?: AppArmorProfile;
  seLinuxOptions?: { user?: string; role?: string; type?: string; level?: string };
};
