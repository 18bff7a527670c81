import type { Node } from "../../../kube/kinds/node.ts";
import type { Taint } from "../../config/kubelet-configuration.ts";

export type NodeIdentity = {
  readonly nodeName: string;
  readonly hostname: string;
  readonly architecture: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
};

/** The Node that the kubelet registers (initialNode). */
export function nodeObject({ nodeName, hostname, architecture, labels, taints }: NodeIdentity): Node {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: nodeName,
      labels: {
        "beta.kubernetes.io/arch": architecture,
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": architecture,
        "kubernetes.io/hostname": hostname,
        "kubernetes.io/os": "linux",
        ...labels,
      },
      annotations: { "volumes.kubernetes.io/controller-managed-attach-detach": "true" },
    },
    spec: taints.length > 0 ? { taints: taints.map((taint) => ({ ...taint })) } : {},
  };
}

/** The labels that the kubelet keeps on its node; others belong to others. */
export function labelPatch(existing: Node, wanted: Node): Record<string, string> | undefined {
  const have = existing.metadata.labels ?? {};
  const missing = Object.entries(wanted.metadata.labels ?? {}).filter(([key, value]) => have[key] !== value);
  return missing.length > 0 ? Object.fromEntries(missing) : undefined;
}
