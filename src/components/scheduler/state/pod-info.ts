import { keyOf } from "../../../kube/informer/store.ts";
import type { PodAffinityTerm } from "../../../kube/kinds/affinity.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { controllerOf } from "../../../kube/owner.ts";
import { type Amounts, podRequests, podScoreRequests } from "../../../kube/scheduling/resource-amounts.ts";

export type HostPort = { readonly ip: string; readonly protocol: string; readonly port: number };
export type WeightedTerm = { readonly weight: number; readonly podAffinityTerm: PodAffinityTerm };

/** A pod with what scheduling asks of it again and again, computed once. */
export type PodInfo = {
  readonly pod: Pod;
  readonly key: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly priority: number;
  readonly requests: Amounts;
  readonly scoreRequests: Amounts;
  readonly hostPorts: readonly HostPort[];
  readonly affinity: readonly PodAffinityTerm[];
  readonly antiAffinity: readonly PodAffinityTerm[];
  readonly preferredAffinity: readonly WeightedTerm[];
  readonly preferredAntiAffinity: readonly WeightedTerm[];
  readonly controllerUid: string | undefined;
  readonly images: readonly string[];
};

export function podInfoOf(pod: Pod): PodInfo {
  const { spec, metadata } = pod;
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  return {
    pod,
    key: keyOf(pod),
    namespace: metadata.namespace ?? "",
    labels: metadata.labels ?? {},
    priority: spec.priority ?? 0,
    requests: podRequests(pod),
    scoreRequests: podScoreRequests(pod),
    hostPorts: hostPortsOf(pod),
    affinity: podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [],
    antiAffinity: podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [],
    preferredAffinity: podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [],
    preferredAntiAffinity: podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [],
    controllerUid: controllerOf(metadata)?.uid,
    images: [...(spec.initContainers ?? []), ...spec.containers].flatMap(({ image }) => image ?? []),
  };
}

/** Whether a pod is not to be scheduled yet (KEP-3521). */
export function isGated({ spec }: Pod): boolean {
  return (spec.schedulingGates ?? []).length > 0;
}

function hostPortsOf({ spec }: Pod): HostPort[] {
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  return [...sidecars, ...spec.containers].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, hostIP, protocol = "TCP" }) =>
      hostPort ? [{ ip: hostIP || "0.0.0.0", protocol, port: hostPort }] : [],
    ),
  );
}
