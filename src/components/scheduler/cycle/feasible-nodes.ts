import type { FilterPlan, Rejection } from "../framework/plugin.ts";
import type { Profile } from "../framework/profile.ts";
import type { NodeInfo } from "../state/node-info.ts";
import type { PodInfo } from "../state/pod-info.ts";
import type { Snapshot } from "../state/snapshot.ts";

export type NodeRejections = ReadonlyMap<string, Rejection>;
type Feasible = {
  readonly nodes: readonly NodeInfo[];
  readonly rejections: NodeRejections;
  readonly everyNode: string | undefined;
  readonly plugins: ReadonlySet<string>;
  /** Where the next search starts, so that all nodes get their turn. */
  readonly nextStart: number;
};

const leastNodes = 100;
const leastPercentage = 5;

/** The nodes that every filter of the profile lets pass; in large clusters only as many as are worth scoring. */
export function feasibleNodes(profile: Profile, pod: PodInfo, snapshot: Snapshot, start: number): Feasible {
  const rejections = new Map<string, Rejection>();
  const plugins = new Set<string>();
  const plans = filterPlans(profile, pod, snapshot);
  const actual = actualCheck(profile, pod, snapshot);
  const rejecting = plans.find(({ plan }) => plan.kind === "rejects");
  if (rejecting?.plan.kind === "rejects") {
    const { reason } = rejecting.plan;
    return { nodes: [], rejections, everyNode: reason, plugins: plugins.add(rejecting.name), nextStart: start };
  }
  const all = snapshot.nodes;
  const wanted = nodesToFind(all.length, profile.percentageOfNodesToScore);
  const nodes: NodeInfo[] = [];
  let tried = 0;
  for (; tried < all.length && nodes.length < wanted; tried++) {
    const node = all[(start + tried) % all.length] as NodeInfo;
    const failure = firstRejection(plans, node) ?? actual(node.name);
    if (!failure) nodes.push(node);
    else {
      rejections.set(node.name, failure.rejection);
      plugins.add(failure.plugin);
    }
  }
  return {
    nodes,
    rejections,
    everyNode: undefined,
    plugins,
    nextStart: all.length === 0 ? 0 : (start + tried) % all.length,
  };
}

type Failure = { readonly plugin: string; readonly rejection: Rejection };

/** Pods that are only expected must not be what makes a node fit: they may never come (upstream's second run of the filters). */
function actualCheck(profile: Profile, pod: PodInfo, { actual }: Snapshot): (nodeName: string) => Failure | undefined {
  if (!actual) return () => undefined;
  const plans = filterPlans(profile, pod, actual);
  return (nodeName) => {
    const node = actual.node(nodeName);
    return node && firstRejection(plans, node);
  };
}

type NamedPlan = { readonly name: string; readonly plan: FilterPlan };

/** What each filter has to say about a pod in this snapshot. */
export function filterPlans({ filters }: Profile, pod: PodInfo, snapshot: Snapshot): NamedPlan[] {
  return filters.flatMap(({ name, filter }) => {
    const plan = filter?.(pod, snapshot);
    return plan && plan.kind !== "passes" ? [{ name, plan }] : [];
  });
}

export function firstRejection(plans: readonly NamedPlan[], node: NodeInfo): Failure | undefined {
  for (const { name, plan } of plans) {
    const rejection = plan.kind === "checks" ? plan.check(node) : undefined;
    if (rejection) return { plugin: name, rejection };
  }
  return undefined;
}

/** Upstream's numFeasibleNodesToFind: all up to 100, then a share that falls from 50 % to 5 % as the cluster grows. */
export function nodesToFind(total: number, percentage: number): number {
  if (total < leastNodes) return total;
  const share = percentage > 0 ? percentage : Math.max(leastPercentage, 50 - Math.floor(total / 125));
  return Math.max(leastNodes, Math.floor((total * share) / 100));
}
