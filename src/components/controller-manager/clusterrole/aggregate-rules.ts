import { isDeepStrictEqual } from "node:util";
import type { ClusterRole, PolicyRule } from "../../../kube/kinds/policy.ts";
import { selects } from "../../../kube/label-selector.ts";

/** The rules of every role that an aggregated role selects, each once, roles in the order of their names. */
export function aggregateRules(role: ClusterRole, all: readonly ClusterRole[]): PolicyRule[] {
  const rules: PolicyRule[] = [];
  const byName = all.toSorted((one, other) => (one.metadata.name ?? "").localeCompare(other.metadata.name ?? ""));
  for (const selector of role.aggregationRule?.clusterRoleSelectors ?? []) {
    for (const one of byName) {
      if (one.metadata.name === role.metadata.name || !selects(selector, one.metadata.labels)) continue;
      for (const rule of one.rules ?? []) if (!rules.some((known) => isDeepStrictEqual(known, rule))) rules.push(rule);
    }
  }
  return rules;
}
