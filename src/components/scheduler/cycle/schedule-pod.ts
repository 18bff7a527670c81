import type { Profile } from "../framework/profile.ts";
import type { NodeInfo } from "../state/node-info.ts";
import type { PodInfo } from "../state/pod-info.ts";
import type { Snapshot } from "../state/snapshot.ts";
import { feasibleNodes, type NodeRejections } from "./feasible-nodes.ts";

export type Decision =
  | { readonly kind: "node"; readonly node: NodeInfo; readonly nextStart: number }
  | { readonly kind: "none"; readonly fault: FitFault };

/** Why no node took a pod: each node's rejection, or one that holds for all. */
export type FitFault = {
  readonly nodeCount: number;
  readonly rejections: NodeRejections;
  readonly everyNode: string | undefined;
  /** The plugins that said no: their events make it worth another try. */
  readonly plugins: ReadonlySet<string>;
};

export type Tossed = { readonly random: () => number; readonly start: number };

/** The best node for a pod: filters, then the sum of weighted scores; equals are decided by the toss. */
export function schedulePod(profile: Profile, pod: PodInfo, snapshot: Snapshot, { random, start }: Tossed): Decision {
  const found = feasibleNodes(profile, pod, snapshot, start);
  const { nodes, rejections, everyNode, plugins, nextStart } = found;
  const [first] = nodes;
  if (!first) return { kind: "none", fault: { nodeCount: snapshot.nodes.length, rejections, everyNode, plugins } };
  if (nodes.length === 1) return { kind: "node", node: first, nextStart };
  const totals = scoreNodes(profile, pod, snapshot, nodes);
  return { kind: "node", node: pick(nodes, totals, random), nextStart };
}

/** The weighted sum of all scores for each node. */
function scoreNodes(profile: Profile, pod: PodInfo, snapshot: Snapshot, nodes: readonly NodeInfo[]): number[] {
  const totals = new Array<number>(nodes.length).fill(0);
  for (const { plugin, weight } of profile.scores) {
    const plan = plugin.score?.(pod, snapshot, nodes);
    if (!plan) continue;
    const raw = nodes.map(plan.score);
    const scores = plan.normalize ? plan.normalize(raw, nodes) : raw;
    for (let at = 0; at < totals.length; at++) totals[at] = (totals[at] ?? 0) + weight * (scores[at] ?? 0);
  }
  return totals;
}

function pick(nodes: readonly NodeInfo[], totals: readonly number[], random: () => number): NodeInfo {
  const highest = totals.reduce((most, total) => Math.max(most, total), Number.NEGATIVE_INFINITY);
  const best = nodes.filter((_, at) => totals[at] === highest);
  return best[Math.floor(random() * best.length)] as NodeInfo;
}
