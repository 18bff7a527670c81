import type { TopologySpreadConstraint } from "../../../kube/kinds/affinity.ts";
import { type LabelSelector, selects } from "../../../kube/label-selector.ts";
import { matchesNodeAffinity } from "../../../kube/scheduling/node-selector.ts";
import { untolerated } from "../../../kube/scheduling/taints.ts";
import { maxScore, type Plugin, passes, rejection } from "../framework/plugin.ts";
import type { NodeInfo } from "../state/node-info.ts";
import type { PodInfo } from "../state/pod-info.ts";
import type { Snapshot } from "../state/snapshot.ts";
import { requirements } from "./affinity-term.ts";

const uneven = rejection("node(s) didn't match pod topology spread constraints");
const labelMissing = rejection("node(s) didn't match pod topology spread constraints (missing required label)", {
  unresolvable: true,
});
const hostnameKey = "kubernetes.io/hostname";

/** Spread of a pod's kind over domains: hard constraints filter, soft ones score; without any, its controller's pods spread. */
export const podTopologySpread: Plugin = {
  name: "PodTopologySpread",
  retryOn: ["NodeAdded", "NodeDeleted", "NodeLabels", "NodeTaints", "PodPlaced", "PodDeleted", "PodChanged"],
  filter(pod, snapshot) {
    const constraints = constraintsOf(pod, "DoNotSchedule");
    if (constraints.length === 0) return passes;
    const counted = constraints.map((constraint) => countDomains(constraint, { pod, snapshot, constraints }));
    return { kind: "checks", check: (node) => verdict(node, counted) };
  },
  score(pod, snapshot, nodes) {
    const soft = pod.pod.spec.topologySpreadConstraints
      ? constraintsOf(pod, "ScheduleAnyway")
      : defaultConstraints(pod);
    if (soft.length === 0) return undefined;
    const isDefault = !pod.pod.spec.topologySpreadConstraints;
    const counts = soft.map((constraint) => scoreCounts(constraint, { pod, snapshot, nodes, isDefault }));
    const hasAll = ({ labels }: NodeInfo) =>
      isDefault || soft.every(({ topologyKey }) => labels[topologyKey] !== undefined);
    return {
      score: (node) => (hasAll(node) ? counts.reduce((sum, count) => sum + count(node), 0) : Number.NaN),
      normalize: fewestBest,
    };
  },
};

type Counted = {
  readonly constraint: TopologySpreadConstraint;
  readonly counts: ReadonlyMap<string, number>;
  readonly least: number;
  readonly matchesSelf: boolean;
};

function verdict({ labels }: NodeInfo, counted: readonly Counted[]) {
  for (const { constraint, counts, least, matchesSelf } of counted) {
    const value = labels[constraint.topologyKey];
    if (value === undefined) return labelMissing;
    const skew = (counts.get(value) ?? 0) + (matchesSelf ? 1 : 0) - least;
    if (skew > constraint.maxSkew) return uneven;
  }
  return undefined;
}

type View = {
  readonly pod: PodInfo;
  readonly snapshot: Snapshot;
  readonly constraints: readonly TopologySpreadConstraint[];
};

/** How many matching pods each eligible domain has, and the least of them (0 while there are fewer than minDomains). */
function countDomains(constraint: TopologySpreadConstraint, { pod, snapshot, constraints }: View): Counted {
  const { topologyKey, minDomains = 1 } = constraint;
  const selector = selectorOf(constraint, pod);
  const counts = new Map<string, number>();
  const eligible = new Map<string, string>();
  for (const node of snapshot.nodes) {
    const value = node.labels[topologyKey];
    if (value === undefined || !isEligible(node, pod, constraint)) continue;
    if (!constraints.every((one) => node.labels[one.topologyKey] !== undefined)) continue;
    eligible.set(node.name, value);
    if (!counts.has(value)) counts.set(value, 0);
  }
  for (const { info, nodeName } of snapshot.podsIn(pod.namespace)) {
    const value = eligible.get(nodeName);
    if (value === undefined || info.pod.metadata.deletionTimestamp || !selects(selector, info.labels)) continue;
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const least = counts.size < minDomains ? 0 : Math.min(...counts.values());
  return { constraint, counts, least, matchesSelf: selects(selector, pod.labels) };
}

function isEligible({ node }: NodeInfo, { pod }: PodInfo, constraint: TopologySpreadConstraint): boolean {
  const { nodeAffinityPolicy = "Honor", nodeTaintsPolicy = "Ignore" } = constraint;
  if (nodeAffinityPolicy === "Honor" && !matchesNodeAffinity(pod, node)) return false;
  return nodeTaintsPolicy === "Ignore" || !untolerated(node.spec?.taints, pod.spec.tolerations);
}

type ScoreView = { pod: PodInfo; snapshot: Snapshot; nodes: readonly NodeInfo[]; isDefault: boolean };

/** A node's share of the score: its domain's pods, weighted up where there are many domains (upstream's ln(size + 2)). */
function scoreCounts(
  constraint: TopologySpreadConstraint,
  { pod, snapshot, nodes, isDefault }: ScoreView,
): (node: NodeInfo) => number {
  const { topologyKey, maxSkew } = constraint;
  const selector = selectorOf(constraint, pod);
  const counts = new Map<string, number>();
  const domains = new Set(nodes.map(({ labels }) => labels[topologyKey]));
  const placed = isDefault && pod.controllerUid ? snapshot.podsOf(pod.controllerUid) : snapshot.podsIn(pod.namespace);
  for (const { info, nodeName } of placed) {
    if (info.pod.metadata.deletionTimestamp || (!isDefault && !selects(selector, info.labels))) continue;
    const value = snapshot.node(nodeName)?.labels[topologyKey];
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const weight = Math.log((topologyKey === hostnameKey ? nodes.length : domains.size) + 2);
  return ({ labels }) => {
    const value = labels[topologyKey];
    return value === undefined ? 0 : (counts.get(value) ?? 0) * weight + (maxSkew - 1);
  };
}

/** The fewest pods become 100; nodes that lack a topology label (NaN) become 0. */
function fewestBest(scores: number[]): number[] {
  const valid = scores.filter((score) => !Number.isNaN(score));
  const [least, most] = [Math.min(...valid), Math.max(...valid)];
  return scores.map((score) => {
    if (Number.isNaN(score)) return 0;
    return most === 0 ? maxScore : Math.floor((maxScore * (most + least - score)) / most);
  });
}

function constraintsOf(
  { pod }: PodInfo,
  when: TopologySpreadConstraint["whenUnsatisfiable"],
): TopologySpreadConstraint[] {
  return (pod.spec.topologySpreadConstraints ?? []).filter(({ whenUnsatisfiable }) => whenUnsatisfiable === when);
}

/** Upstream's system defaults: gentle spreading over hosts and zones, for pods that have a controller. */
function defaultConstraints({ controllerUid }: PodInfo): TopologySpreadConstraint[] {
  if (!controllerUid) return [];
  return [
    { maxSkew: 3, topologyKey: hostnameKey, whenUnsatisfiable: "ScheduleAnyway" },
    { maxSkew: 5, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway" },
  ];
}

function selectorOf(
  { labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint,
  { labels }: PodInfo,
): LabelSelector | undefined {
  if (!labelSelector || matchLabelKeys.length === 0) return labelSelector;
  const merged = [...(labelSelector.matchExpressions ?? []), ...requirements(matchLabelKeys, "In", labels)];
  return { ...labelSelector, matchExpressions: merged };
}
