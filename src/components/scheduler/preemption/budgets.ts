import type { PodDisruptionBudget } from "../../../kube/kinds/policy.ts";
import { selects } from "../../../kube/label-selector.ts";
import type { PodInfo } from "../state/pod-info.ts";

/** Splits pods into those whose eviction would break a budget and the others, spending each budget in the given order. */
export function splitByBudget(
  pods: readonly PodInfo[],
  budgets: readonly PodDisruptionBudget[],
): { violating: PodInfo[]; harmless: PodInfo[] } {
  const left = budgets.map(({ status }) => status?.disruptionsAllowed ?? 0);
  const violating: PodInfo[] = [];
  const harmless: PodInfo[] = [];
  for (const pod of pods) {
    const covering = budgets.flatMap((budget, at) => (covers(budget, pod) ? [at] : []));
    const breaks = covering.some((at) => (left[at] ?? 0) <= 0);
    for (const at of covering) left[at] = (left[at] ?? 0) - 1;
    (breaks ? violating : harmless).push(pod);
  }
  return { violating, harmless };
}

function covers({ metadata, spec, status }: PodDisruptionBudget, { pod, namespace, labels }: PodInfo): boolean {
  if (metadata.namespace !== namespace || !selects(spec.selector, labels)) return false;
  // its eviction was granted already
  return status?.disruptedPods?.[pod.metadata.name ?? ""] === undefined;
}
