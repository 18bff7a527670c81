import { maxScore, type Plugin, type Rejection } from "../framework/plugin.ts";
import type { NodeInfo } from "../state/node-info.ts";
import type { PodInfo } from "../state/pod-info.ts";

export type ResourceWeights = readonly { readonly name: string; readonly weight: number }[];
const defaultResources: ResourceWeights = [
  { name: "cpu", weight: 1 },
  { name: "memory", weight: 1 },
];

export type FitStrategy = { readonly type: "LeastAllocated" | "MostAllocated"; readonly resources: ResourceWeights };

/** A node must have room for what the pod asks for; among those that have, the emptiest (or fullest) is best. */
export function nodeResourcesFit(
  strategy: FitStrategy = { type: "LeastAllocated", resources: defaultResources },
): Plugin {
  return {
    name: "NodeResourcesFit",
    retryOn: ["NodeAdded", "NodeAllocatable", "PodDeleted", "PodChanged"],
    filter: (pod) => ({ kind: "checks", check: (node) => shortage(pod, node) }),
    score: (pod) => ({ score: (node) => fitScore(strategy, pod, node) }),
  };
}

/** What a node lacks for a pod; undefined when it fits. */
function shortage({ requests }: PodInfo, { allocatable, requested, pods }: NodeInfo): Rejection | undefined {
  const reasons: string[] = [];
  let unresolvable = false;
  if (pods.size + 1 > (allocatable.pods ?? 0)) reasons.push("Too many pods");
  for (const name in requests) {
    const wanted = requests[name] ?? 0;
    const capacity = allocatable[name] ?? 0;
    if (wanted === 0 || wanted <= capacity - (requested[name] ?? 0)) continue;
    reasons.push(`Insufficient ${name}`);
    if (wanted > capacity) unresolvable = true;
  }
  return reasons.length === 0 ? undefined : { reasons, unresolvable };
}

function fitScore({ type, resources }: FitStrategy, pod: PodInfo, node: NodeInfo): number {
  let sum = 0;
  let weights = 0;
  for (const { name, weight } of resources) {
    const capacity = node.allocatable[name] ?? 0;
    if (capacity === 0) continue;
    const used = usedWith(pod, node, name);
    const free = used > capacity ? 0 : (type === "LeastAllocated" ? capacity - used : used) / capacity;
    sum += Math.floor(free * maxScore) * weight;
    weights += weight;
  }
  return weights === 0 ? 0 : Math.floor(sum / weights);
}

/** What would be in use with the pod on the node: cpu and memory as assumed for scores, others as requested. */
function usedWith(pod: PodInfo, node: NodeInfo, name: string): number {
  return (node.scoreRequested[name] ?? 0) + (pod.scoreRequests[name] ?? 0);
}
