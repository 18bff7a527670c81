import type { Node } from "../../../kube/kinds/node.ts";
import type { Pod, PodSpec, PodTemplateSpec, Toleration } from "../../../kube/kinds/pod.ts";
import type { DaemonSet } from "../../../kube/kinds/workloads.ts";
import { matchesNodeAffinity } from "../../../kube/scheduling/node-selector.ts";
import { untolerated } from "../../../kube/scheduling/taints.ts";

/** What every daemon puts up with, whatever its template says (kubernetes/pkg/controller/daemon/util). */
const daemonTolerations: readonly Toleration[] = [
  { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/disk-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/memory-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/pid-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/unschedulable", operator: "Exists", effect: "NoSchedule" },
];
const hostNetworkToleration: Toleration = {
  key: "node.kubernetes.io/network-unavailable",
  operator: "Exists",
  effect: "NoSchedule",
};

/** Whether a node shall have the daemon, and whether one that runs there may stay. */
export function nodeVerdict({ spec }: DaemonSet, node: Node): { shouldRun: boolean; mayStay: boolean } {
  const pod = { spec: spec.template.spec };
  if (pod.spec.nodeName && pod.spec.nodeName !== node.metadata.name) return { shouldRun: false, mayStay: false };
  if (!matchesNodeAffinity(pod, node)) return { shouldRun: false, mayStay: false };
  const tolerations = tolerationsOf(pod.spec);
  if (!untolerated(node.spec?.taints, tolerations)) return { shouldRun: true, mayStay: true };
  return { shouldRun: false, mayStay: untolerated(node.spec?.taints, tolerations, ["NoExecute"]) === undefined };
}

/** The template for one node: pinned to it by affinity, so that the scheduler still looks at its resources. */
export function templateForNode({ spec }: DaemonSet, nodeName: string, hash: string): PodTemplateSpec {
  const { template } = spec;
  const affinity = template.spec.affinity ?? {};
  const pinned = {
    ...affinity,
    nodeAffinity: {
      ...affinity.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In" as const, values: [nodeName] }] }],
      },
    },
  };
  return {
    metadata: { ...template.metadata, labels: { ...template.metadata?.labels, "controller-revision-hash": hash } },
    spec: { ...template.spec, affinity: pinned, tolerations: tolerationsOf(template.spec) },
  };
}

function tolerationsOf({ tolerations = [], hostNetwork }: PodSpec): Toleration[] {
  const wanted = hostNetwork ? [...daemonTolerations, hostNetworkToleration] : daemonTolerations;
  const missing = wanted.filter(
    ({ key, effect }) =>
      !tolerations.some((one) => one.key === key && one.effect === effect && one.operator === "Exists"),
  );
  return [...tolerations, ...missing];
}

/** The node that a daemon pod is for: where it runs, or where its affinity pins it before it is scheduled. */
export function nodeOfPod({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const fields = required?.nodeSelectorTerms.flatMap(({ matchFields = [] }) => matchFields);
  return fields?.find(({ key, operator }) => key === "metadata.name" && operator === "In")?.values?.[0];
}
