import type { NodeInfo } from "../state/node-info.ts";
import type { PodInfo } from "../state/pod-info.ts";
import type { Snapshot } from "../state/snapshot.ts";

/** Why a pod can't go to a node, in upstream's words. Unresolvable: evicting other pods would not help. */
export type Rejection = { readonly reasons: readonly string[]; readonly unresolvable: boolean };

export type FilterPlan =
  /** The plugin has nothing against any node. */
  | { readonly kind: "passes" }
  | { readonly kind: "checks"; readonly check: (node: NodeInfo) => Rejection | undefined }
  /** No node at all will do. */
  | { readonly kind: "rejects"; readonly reason: string };

export type ScorePlan = {
  readonly score: (node: NodeInfo) => number;
  /** Brings the scores of all feasible nodes to 0..100; without it they are in that range already. */
  readonly normalize?: (scores: number[], nodes: readonly NodeInfo[]) => number[];
};

/** What happened in the cluster that may let a rejected pod fit. */
export type ClusterEvent =
  | "NodeAdded"
  | "NodeDeleted"
  | "NodeAllocatable"
  | "NodeLabels"
  | "NodeTaints"
  | "PodDeleted"
  | "PodPlaced"
  | "PodChanged"
  | "Volumes"
  | "Namespaces";

/** One consideration: what it filters, how it scores, and which events may change its mind. Pure functions of a snapshot. */
export type Plugin = {
  readonly name: string;
  readonly filter?: (pod: PodInfo, snapshot: Snapshot) => FilterPlan;
  readonly score?: (pod: PodInfo, snapshot: Snapshot, nodes: readonly NodeInfo[]) => ScorePlan | undefined;
  readonly retryOn?: readonly ClusterEvent[];
};

export const passes: FilterPlan = { kind: "passes" };
export const maxScore = 100;

export function rejection(reason: string, { unresolvable = false } = {}): Rejection {
  return { reasons: [reason], unresolvable };
}

/** Scales scores so that the highest becomes 100; reversed, so that the highest becomes 0. */
export function scaled(scores: readonly number[], { reverse = false } = {}): number[] {
  const highest = Math.max(0, ...scores);
  if (highest === 0) return scores.map(() => (reverse ? maxScore : 0));
  return scores.map((score) => {
    const share = Math.floor((maxScore * score) / highest);
    return reverse ? maxScore - share : share;
  });
}
