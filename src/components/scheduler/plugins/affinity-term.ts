import type { PodAffinityTerm } from "../../../kube/kinds/affinity.ts";
import { type LabelRequirement, type LabelSelector, selects } from "../../../kube/label-selector.ts";
import type { PodInfo } from "../state/pod-info.ts";
import type { Snapshot } from "../state/snapshot.ts";

/** Whether a pod is one that a term of another (its owner) speaks about. */
export type TermMatcher = (candidate: PodInfo) => boolean;

/** A matcher for one affinity term: label selector with the owner's label keys merged in, and the namespaces it covers. */
export function termMatcher(
  term: PodAffinityTerm,
  owner: PodInfo,
  { namespaceLabels }: Pick<Snapshot, "namespaceLabels">,
): TermMatcher {
  const selector = withLabelKeys(term, owner.labels);
  const { namespaces = [], namespaceSelector } = term;
  const own = namespaces.length === 0 && !namespaceSelector;
  const covers = (namespace: string) =>
    own
      ? namespace === owner.namespace
      : namespaces.includes(namespace) ||
        (namespaceSelector !== undefined && selects(namespaceSelector, namespaceLabels(namespace)));
  return ({ namespace, labels }) => covers(namespace) && selects(selector, labels);
}

/** matchLabelKeys and mismatchLabelKeys (KEP-3633) as the requirements that they stand for. */
function withLabelKeys(term: PodAffinityTerm, labels: Readonly<Record<string, string>>): LabelSelector | undefined {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  if (matchLabelKeys.length + mismatchLabelKeys.length === 0 || !labelSelector) return labelSelector;
  return {
    ...labelSelector,
    matchExpressions: [
      ...(labelSelector.matchExpressions ?? []),
      ...requirements(matchLabelKeys, "In", labels),
      ...requirements(mismatchLabelKeys, "NotIn", labels),
    ],
  };
}

export function requirements(
  keys: readonly string[],
  operator: "In" | "NotIn",
  labels: Readonly<Record<string, string>>,
): LabelRequirement[] {
  return keys.flatMap((key) => (labels[key] === undefined ? [] : [{ key, operator, values: [labels[key]] }]));
}
