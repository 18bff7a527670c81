import type { PodSandboxConfig, PortMapping } from "../../kube/cri/sandbox.ts";
import type { Pod } from "../api/pod.ts";
import type { PodDns } from "../network/pod-dns.ts";
import { sandboxLabels } from "./labels.ts";
import { podLogDirectory } from "./log-paths.ts";
import { sandboxSecurityContext } from "./security-context.ts";

export type SandboxContext = {
  readonly attempt: number;
  readonly podLogsDir: string;
  readonly hostname: string;
  readonly dns: PodDns;
  readonly cgroupParent: string;
};

/** The sandbox that a pod runs in (generatePodSandboxConfig); throws for a pod that wants users of its own. */
export function sandboxConfig(pod: Pod, context: SandboxContext): PodSandboxConfig {
  if (pod.spec.hostUsers === false)
    throw new Error("user namespaces (hostUsers: false) are not supported by this kubelet");
  const sysctls = pod.spec.securityContext?.sysctls ?? [];
  return {
    metadata: {
      name: pod.metadata.name ?? "",
      namespace: pod.metadata.namespace ?? "",
      uid: pod.metadata.uid ?? "",
      attempt: context.attempt,
    },
    ...(!pod.spec.hostNetwork && { hostname: context.hostname }),
    logDirectory: podLogDirectory(context.podLogsDir, pod),
    dnsConfig: context.dns,
    portMappings: pod.spec.hostNetwork ? [] : portMappings(pod),
    labels: sandboxLabels(pod),
    annotations: pod.metadata.annotations ?? {},
    linux: {
      cgroupParent: context.cgroupParent,
      securityContext: sandboxSecurityContext(pod),
      sysctls: Object.fromEntries(sysctls.map(({ name, value }) => [name.replaceAll("/", "."), value])),
    },
  };
}

function portMappings(pod: Pod): PortMapping[] {
  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers].flatMap((container) =>
    (container.ports ?? []).map((port) => ({
      protocol: port.protocol ?? "TCP",
      containerPort: port.containerPort,
      hostPort: port.hostPort ?? 0,
      hostIp: port.hostIP ?? "",
    })),
  );
}
