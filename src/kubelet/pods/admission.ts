import type { Node } from "../../kube/kinds/node.ts";
import { milliValue, wholeValue } from "../../kube/quantity.ts";
import type { Pod } from "../api/pod.ts";
import { allContainers, isStaticPod } from "../api/pod.ts";
import { isCriticalPod } from "../cgroups/oom-score.ts";
import { qosClass } from "../cgroups/qos.ts";
import { podTotal, podTotals } from "../cgroups/resources.ts";
import { apparmorProfile } from "../cri/security-profile.ts";
import type { Pressure } from "../node/pressure.ts";

export type Refusal = { readonly reason: string; readonly message: string };

export type AdmissionContext = {
  /** Pods that run here already. */
  readonly others: readonly Pod[];
  readonly allocatable: Readonly<Record<string, string>>;
  /** Names, or prefixes ending in `*`. */
  readonly allowedUnsafeSysctls: readonly string[];
  readonly pressure: Pressure;
  readonly hasAppArmor: boolean;
  /** The node's labels; undefined before it is registered, when no selector can be judged. */
  readonly labels: Node["metadata"]["labels"] | undefined;
};

/** Why a pod can't run on this node, whatever its scheduler thought; undefined when it can (lifecycle/predicate.go). */
export function refusePod(pod: Pod, context: AdmissionContext): Refusal | undefined {
  return (
    refuseUnderPressure(pod, context) ??
    refuseOs(pod) ??
    refuseAppArmor(pod, context) ??
    refuseSysctls(pod, context) ??
    refuseSelector(pod, context.labels) ??
    refuseCount(context) ??
    refuseResources(pod, context) ??
    refusePorts(pod, context)
  );
}

function refuseOs(pod: Pod): Refusal | undefined {
  const os = pod.spec.os?.name;
  if (os === undefined || os === "linux") return undefined;
  return { reason: "PodOSNotSupported", message: "Failed to admit pod as the OS field doesn't match node OS" };
}

/** Critical pods come in always, others of a quality better than best effort when only memory is short (eviction manager's Admit). */
function refuseUnderPressure(pod: Pod, { pressure }: AdmissionContext): Refusal | undefined {
  const { memory, disk, pid } = pressure;
  const names = [memory && "MemoryPressure", disk && "DiskPressure", pid && "PIDPressure"].filter(Boolean);
  if (names.length === 0 || isCriticalPod(pod, isStaticPod(pod))) return undefined;
  if (!disk && !pid && (qosClass(pod) !== "BestEffort" || tolerates(pod, "node.kubernetes.io/memory-pressure")))
    return undefined;
  return { reason: "Evicted", message: `The node had condition: [${names.join(" ")}]. ` };
}

/** Whether a taint of effect NoSchedule and without a value keeps the pod away. */
function tolerates(pod: Pod, taint: string): boolean {
  return (pod.spec.tolerations ?? []).some(
    ({ key, operator, value, effect }) =>
      (effect === undefined || effect === "NoSchedule") &&
      (operator === "Exists" ? key === undefined || key === taint : key === taint && (value ?? "") === ""),
  );
}

/** A profile that can't be enforced must not be forgotten. */
function refuseAppArmor(pod: Pod, { hasAppArmor }: AdmissionContext): Refusal | undefined {
  const isWanted = allContainers(pod).some((container) => {
    const profile = apparmorProfile(pod, container);
    return profile !== undefined && profile.profileType !== "Unconfined";
  });
  if (hasAppArmor || !isWanted) return undefined;
  return { reason: "AppArmor", message: "Cannot enforce AppArmor: AppArmor is not enabled on the host" };
}

/** Sysctls that a pod may set without harm to its neighbours (sysctl/safe_sysctls.go). */
const safeSysctls = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.ping_group_range",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_wmem",
];

function refuseSysctls(pod: Pod, { allowedUnsafeSysctls }: AdmissionContext): Refusal | undefined {
  const allowed = [...safeSysctls, ...allowedUnsafeSysctls];
  const isAllowed = (name: string) =>
    allowed.some((one) => (one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : name === one));
  const names = (pod.spec.securityContext?.sysctls ?? []).map(({ name }) => name.replaceAll("/", "."));
  const forbidden = names.find((name) => !isAllowed(name));
  if (forbidden === undefined) return undefined;
  return { reason: "SysctlForbidden", message: `forbidden sysctl: "${forbidden}" not allowlisted` };
}

function refuseSelector(pod: Pod, labels: AdmissionContext["labels"]): Refusal | undefined {
  const unmet = Object.entries(pod.spec.nodeSelector ?? {}).some(([key, value]) => labels && labels[key] !== value);
  if (!unmet) return undefined;
  return {
    reason: "NodeAffinity",
    message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
  };
}

function refuseCount({ others, allocatable }: AdmissionContext): Refusal | undefined {
  const limit = wholeValue(allocatable.pods);
  if (others.length + 1 <= limit) return undefined;
  const message = `Node didn't have enough resource: pods, requested: 1, used: ${others.length}, capacity: ${limit}`;
  return { reason: "OutOfpods", message };
}

function refuseResources(pod: Pod, { others, allocatable }: AdmissionContext): Refusal | undefined {
  for (const resource of requestedResources(pod)) {
    const capacity = resource === "cpu" ? milliValue(allocatable.cpu) : wholeValue(allocatable[resource]);
    const wanted = requestOf(pod, resource);
    const used = others.reduce((sum, other) => sum + requestOf(other, resource), 0);
    if (wanted === 0 || used + wanted <= capacity) continue;
    const amounts = `requested: ${wanted}, used: ${used}, capacity: ${capacity}`;
    return { reason: `OutOf${resource}`, message: `Node didn't have enough resource: ${resource}, ${amounts}` };
  }
  return undefined;
}

const native = /^(cpu|memory|ephemeral-storage|hugepages-.*)$/;

/** Extended resources are the scheduler's business: no device plugin tells this node of any. */
function requestedResources(pod: Pod): readonly string[] {
  const names = allContainers(pod).flatMap(({ resources }) => Object.keys(resources?.requests ?? {}));
  return [...new Set(["cpu", "memory", ...names])].filter((name) => native.test(name));
}

function requestOf(pod: Pod, resource: string): number {
  return resource === "cpu" || resource === "memory"
    ? podTotals(pod, "requests")[resource]
    : podTotal(pod, "requests", resource);
}

function refusePorts(pod: Pod, { others }: AdmissionContext): Refusal | undefined {
  const taken = new Set(others.flatMap(hostPorts));
  if (!hostPorts(pod).some((port) => taken.has(port))) return undefined;
  return {
    reason: "NodePorts",
    message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
  };
}

function hostPorts(pod: Pod): string[] {
  return pod.spec.containers.flatMap((container) =>
    (container.ports ?? [])
      .filter(({ hostPort }) => hostPort)
      .map(({ hostPort, protocol = "TCP" }) => `${protocol} ${hostPort}`),
  );
}
