import type { Condition } from "../conditions.ts";
import type { IntOrPercent } from "../int-or-percent.ts";
import type { LabelSelector } from "../label-selector.ts";
import type { KubeObject } from "../object.ts";

/** policy/v1 PodDisruptionBudget. */
export type PodDisruptionBudget = KubeObject & {
  spec: {
    minAvailable?: IntOrPercent;
    maxUnavailable?: IntOrPercent;
    selector?: LabelSelector;
    unhealthyPodEvictionPolicy?: string;
  };
  status?: {
    observedGeneration?: number;
    disruptedPods?: Record<string, string>;
    disruptionsAllowed: number;
    currentHealthy: number;
    desiredHealthy: number;
    expectedPods: number;
    conditions?: (Condition & { observedGeneration?: number })[];
  };
};

/** core/v1 ResourceQuota. */
export type ResourceQuota = KubeObject & {
  spec?: {
    hard?: Record<string, string>;
    scopes?: string[];
    scopeSelector?: { matchExpressions?: { scopeName: string; operator: string; values?: string[] }[] };
  };
  status?: { hard?: Record<string, string>; used?: Record<string, string> };
};

/** scheduling.k8s.io/v1 PriorityClass. */
export type PriorityClass = KubeObject & { value: number; globalDefault?: boolean; preemptionPolicy?: string };

export type PolicyRule = {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
};

/** rbac.authorization.k8s.io/v1 ClusterRole. */
export type ClusterRole = KubeObject & {
  rules?: PolicyRule[] | null;
  aggregationRule?: { clusterRoleSelectors?: LabelSelector[] };
};
