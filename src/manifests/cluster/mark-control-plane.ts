import type { Taint } from "../../config/kubeadm/node-registration.ts";
import { taintsPatch } from "./node-taints.ts";

const labels = {
  "node-role.kubernetes.io/control-plane": "",
  "node.kubernetes.io/exclude-from-external-load-balancers": "",
} as const;

/** The merge patch that marks a Node as control plane: labels, and the wanted taints beside those that it has. */
export function controlPlaneNodePatch(
  node: Parameters<typeof taintsPatch>[0],
  taints: readonly Taint[],
): Record<string, unknown> {
  return { metadata: { labels }, ...taintsPatch(node, { wanted: taints }) };
}
