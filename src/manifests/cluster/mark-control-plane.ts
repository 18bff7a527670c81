import type { Taint } from "../../config/kubeadm/node-registration.ts";

const labels = {
  "node-role.kubernetes.io/control-plane": "",
  "node.kubernetes.io/exclude-from-external-load-balancers": "",
} as const;

type NodeLike = { readonly spec?: { readonly taints?: readonly Partial<Taint>[] | undefined } | undefined };

/** The merge patch that marks a Node as control plane: labels, and the wanted taints beside those that it has. */
export function controlPlaneNodePatch(node: NodeLike, taints: readonly Taint[]): Record<string, unknown> {
  const present = node.spec?.taints ?? [];
  const isPresent = (taint: Taint) => present.some((one) => one.key === taint.key && one.effect === taint.effect);
  const added = taints
    .filter((taint) => !isPresent(taint))
    .map(({ key, value, effect }) => ({ effect, key, ...(value ? { value } : {}) }));
  return {
    metadata: { labels },
    ...(added.length > 0 ? { spec: { taints: [...present, ...added] } } : {}),
  };
}
