import type { EnvVar } from "../../config/kubeadm/node-registration.ts";
import type { Probes } from "./probes.ts";
import type { Volumes } from "./volumes.ts";

/** What differs between the static pods of a control plane. */
export type StaticPodInput = {
  readonly name: string;
  readonly image: string;
  /** The binary, then its flags. */
  readonly command: readonly string[];
  readonly env: readonly EnvVar[];
  readonly probes: Probes;
  readonly probePort: number;
  readonly requests: Readonly<Record<string, string>>;
  readonly volumes: Volumes;
  readonly annotations?: Readonly<Record<string, string>>;
};

/** A v1 Pod, its fields as they stand in the file. */
export type StaticPod = {
  readonly apiVersion: "v1";
  readonly kind: "Pod";
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status: Readonly<Record<string, never>>;
};

/** The pod as kubeadm shapes it (app/util/staticpod/utils.go): host network, critical priority, default seccomp profile. */
export function staticPod(input: StaticPodInput): StaticPod {
  const { name, annotations, volumes } = input;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...(annotations ? { annotations } : {}),
      labels: { component: name, tier: "control-plane" },
      name,
      namespace: "kube-system",
    },
    spec: {
      containers: [container(input)],
      hostNetwork: true,
      // spelled out because static pods bypass the admission that would resolve the class
      priority: 2_000_001_000,
      priorityClassName: "system-node-critical",
      securityContext: { seccompProfile: { type: "RuntimeDefault" } },
      volumes: volumes.volumes,
    },
    status: {},
  };
}

function container({ name, image, command, env, probes, probePort, requests, volumes }: StaticPodInput) {
  return {
    command,
    ...(env.length > 0 ? { env: env.map(printedEnv) } : {}),
    image,
    imagePullPolicy: "IfNotPresent",
    ...probes,
    name,
    ports: [{ containerPort: probePort, name: "probe-port", protocol: "TCP" }],
    resources: { requests },
    volumeMounts: volumes.volumeMounts,
  };
}

function printedEnv({ name, value, valueFrom }: EnvVar) {
  return valueFrom === undefined ? { name, ...(value ? { value } : {}) } : { name, valueFrom };
}
