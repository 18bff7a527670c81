import { maxScore, type Plugin } from "../framework/plugin.ts";
import type { NodeInfo } from "../state/node-info.ts";
import type { PodInfo } from "../state/pod-info.ts";

const compared = ["cpu", "memory"] as const;

/** Prefers nodes whose cpu and memory the pod leaves equally used, so that neither is stranded. */
export const balancedAllocation: Plugin = {
  name: "NodeResourcesBalancedAllocation",
  score: (pod) => {
    if (!compared.some((name) => pod.requests[name])) return undefined;
    return { score: (node) => balance(pod, node) };
  },
};

/** How the pod changes a node's balance: around 75 when little, towards 100 when it improves, towards 50 when it worsens. */
function balance(pod: PodInfo, node: NodeInfo): number {
  const withPod = Math.floor((1 - deviation(node, (name) => pod.requests[name] ?? 0)) * maxScore);
  const without = Math.floor((1 - deviation(node, () => 0)) * maxScore);
  return maxScore / 2 + Math.floor((maxScore / 2 + withPod - without) / 2);
}

function deviation(node: NodeInfo, extra: (name: string) => number): number {
  const shares = compared.flatMap((name) => {
    const capacity = node.allocatable[name] ?? 0;
    return capacity === 0 ? [] : [Math.min(1, ((node.requested[name] ?? 0) + extra(name)) / capacity)];
  });
  const [cpu = 0, memory = cpu] = shares;
  return Math.abs(cpu - memory) / 2;
}
