import { maxScore, type Plugin, passes, type Rejection, rejection } from "../framework/plugin.ts";
import type { NodeInfo } from "../state/node-info.ts";
import type { PodInfo, WeightedTerm } from "../state/pod-info.ts";
import type { PlacedPod, Snapshot } from "../state/snapshot.ts";
import { termMatcher } from "./affinity-term.ts";

const affinityMissed = rejection("node(s) didn't match pod affinity rules", { unresolvable: true });
const antiAffinityHit = rejection("node(s) didn't match pod anti-affinity rules");
const existingRuleHit = rejection("node(s) didn't satisfy existing pods anti-affinity rules");
/** What required affinity of pods that run counts for in scores. */
const hardAffinityWeight = 1;

/** Pods that want, or do not want, to share a topology domain with others. */
export const interPodAffinity: Plugin = {
  name: "InterPodAffinity",
  retryOn: ["NodeAdded", "NodeLabels", "PodPlaced", "PodDeleted", "PodChanged", "Namespaces"],
  filter(pod, snapshot) {
    const existing = domainsOfExistingRules(pod, snapshot);
    if (existing.size === 0 && pod.affinity.length === 0 && pod.antiAffinity.length === 0) return passes;
    const wanted = wantedDomains(pod, snapshot);
    const avoided = pod.antiAffinity.map((term) => {
      const matches = termMatcher(term, pod, snapshot);
      return domainsWith(snapshot, term.topologyKey, ({ info }) => matches(info));
    });
    return { kind: "checks", check: (node) => verdict(node, { existing, wanted, avoided }) };
  },
  score(pod, snapshot) {
    const weights = domainWeights(pod, snapshot);
    if (weights.size === 0) return undefined;
    return {
      score: ({ labels }) => {
        let sum = 0;
        for (const [key, byValue] of weights) sum += byValue.get(labels[key] ?? "") ?? 0;
        return sum;
      },
      normalize: spreadOut,
    };
  },
};

type Domains = { readonly topologyKey: string; readonly values: ReadonlySet<string> };
type Rules = {
  readonly existing: ReadonlyMap<string, ReadonlySet<string>>;
  readonly wanted: readonly Domains[] | "anywhere";
  readonly avoided: readonly Domains[];
};

function verdict({ labels }: NodeInfo, { existing, wanted, avoided }: Rules): Rejection | undefined {
  if (wanted !== "anywhere" && !wanted.every((domains) => isIn(domains, labels))) return affinityMissed;
  if (avoided.some((domains) => isIn(domains, labels))) return antiAffinityHit;
  for (const [key, values] of existing) if (values.has(labels[key] ?? "\0")) return existingRuleHit;
  return undefined;
}

function isIn({ topologyKey, values }: Domains, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[topologyKey];
  return value !== undefined && values.has(value);
}

/** Domains from which running pods keep this pod away by their own anti-affinity. */
function domainsOfExistingRules(pod: PodInfo, snapshot: Snapshot): Map<string, Set<string>> {
  const domains = new Map<string, Set<string>>();
  for (const { info, nodeName } of snapshot.podsWithAffinity()) {
    for (const term of info.antiAffinity) {
      const value = snapshot.node(nodeName)?.labels[term.topologyKey];
      if (value === undefined || !termMatcher(term, info, snapshot)(pod)) continue;
      const values = domains.get(term.topologyKey) ?? new Set();
      domains.set(term.topologyKey, values.add(value));
    }
  }
  return domains;
}

/**
 * For each required affinity term the domains where pods match all terms. A pod that matches its own terms and finds
 * no other that does may go anywhere: somebody must be the first.
 */
function wantedDomains(pod: PodInfo, snapshot: Snapshot): readonly Domains[] | "anywhere" {
  if (pod.affinity.length === 0) return "anywhere";
  const matchers = pod.affinity.map((term) => termMatcher(term, pod, snapshot));
  const matchesAll = (candidate: PodInfo) => matchers.every((matches) => matches(candidate));
  const domains = pod.affinity.map(({ topologyKey }) =>
    domainsWith(snapshot, topologyKey, ({ info }) => matchesAll(info)),
  );
  const isFirst = domains.every(({ values }) => values.size === 0) && matchesAll(pod);
  if (!isFirst) return domains;
  const present = pod.affinity.map(({ topologyKey }) => ({
    topologyKey,
    values: new Set(snapshot.nodes.flatMap(({ labels }) => labels[topologyKey] ?? [])),
  }));
  return present;
}

function domainsWith(snapshot: Snapshot, topologyKey: string, matches: (placed: PlacedPod) => boolean): Domains {
  const values = new Set<string>();
  for (const placed of snapshot.allPods()) {
    if (!matches(placed)) continue;
    const value = snapshot.node(placed.nodeName)?.labels[topologyKey];
    if (value !== undefined) values.add(value);
  }
  return { topologyKey, values };
}

type Weights = Map<string, Map<string, number>>;

/** How much each domain is liked: by this pod's preferences, and by those of the pods that run there. */
function domainWeights(pod: PodInfo, snapshot: Snapshot): Weights {
  const weights: Weights = new Map();
  const own = pod.preferredAffinity.length + pod.preferredAntiAffinity.length > 0;
  if (own) {
    const likes = matchersOf(pod.preferredAffinity, pod, snapshot);
    const dislikes = matchersOf(pod.preferredAntiAffinity, pod, snapshot);
    for (const placed of snapshot.allPods()) {
      for (const like of likes) if (like.matches(placed.info)) addWeight(weights, snapshot, placed, like);
      for (const { weight, ...rest } of dislikes) {
        if (rest.matches(placed.info)) addWeight(weights, snapshot, placed, { ...rest, weight: -weight });
      }
    }
  }
  for (const placed of snapshot.podsWithAffinity()) addWishesOf(placed, pod, { weights, snapshot });
  return weights;
}

function addWishesOf(
  placed: PlacedPod,
  pod: PodInfo,
  { weights, snapshot }: { weights: Weights; snapshot: Snapshot },
): void {
  const { info } = placed;
  const required = info.affinity.map((podAffinityTerm) => ({ weight: hardAffinityWeight, podAffinityTerm }));
  for (const like of matchersOf([...info.preferredAffinity, ...required], info, snapshot)) {
    if (like.matches(pod)) addWeight(weights, snapshot, placed, like);
  }
  for (const { weight, ...dislike } of matchersOf(info.preferredAntiAffinity, info, snapshot)) {
    if (dislike.matches(pod)) addWeight(weights, snapshot, placed, { ...dislike, weight: -weight });
  }
}

function matchersOf(terms: readonly WeightedTerm[], owner: PodInfo, snapshot: Snapshot) {
  return terms.map(({ weight, podAffinityTerm }) => ({
    weight,
    topologyKey: podAffinityTerm.topologyKey,
    matches: termMatcher(podAffinityTerm, owner, snapshot),
  }));
}

function addWeight(
  weights: Weights,
  snapshot: Snapshot,
  placed: PlacedPod,
  { weight, topologyKey }: { weight: number; topologyKey: string },
): void {
  const value = snapshot.node(placed.nodeName)?.labels[topologyKey];
  if (value === undefined) return;
  const byValue = weights.get(topologyKey) ?? new Map<string, number>();
  byValue.set(value, (byValue.get(value) ?? 0) + weight);
  weights.set(topologyKey, byValue);
}

function spreadOut(scores: number[]): number[] {
  const [least, most] = [Math.min(...scores), Math.max(...scores)];
  return scores.map((score) => (most === least ? 0 : Math.floor((maxScore * (score - least)) / (most - least))));
}
