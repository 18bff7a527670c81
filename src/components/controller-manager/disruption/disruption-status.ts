import { withCondition } from "../../../kube/conditions.ts";
import { scaledValue } from "../../../kube/int-or-percent.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { PodDisruptionBudget } from "../../../kube/kinds/policy.ts";
import { rfc3339 } from "../../../kube/rfc3339.ts";
import { isPodReady } from "../pods/pod-state.ts";

/** An eviction that the API server granted counts until the pod is seen to go, or so long. */
const evictionTimeoutMs = 2 * 60_000;

export type Expected =
  /** How many pods the owners of the covered pods want altogether. */
  { readonly kind: "known"; readonly count: number } | { readonly kind: "unknown"; readonly why: string };

/** The status of a budget over these pods: how many of them may be evicted now. */
export function disruptionStatus(
  { spec, status, metadata }: PodDisruptionBudget,
  pods: readonly Pod[],
  { expected, nowMs }: { expected: Expected; nowMs: number },
): NonNullable<PodDisruptionBudget["status"]> {
  const disrupted = stillDisrupted(status?.disruptedPods ?? {}, pods, nowMs);
  const isHealthy = (pod: Pod) =>
    isPodReady(pod) && !pod.metadata.deletionTimestamp && disrupted[pod.metadata.name ?? ""] === undefined;
  const currentHealthy = pods.filter(isHealthy).length;
  const total = expected.kind === "known" ? expected.count : 0;
  const desiredHealthy = desiredOf(spec, total);
  const allowed = expected.kind === "known" ? Math.max(0, currentHealthy - desiredHealthy) : 0;
  const generation = metadata.generation;
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(Object.keys(disrupted).length > 0 ? { disruptedPods: disrupted } : {}),
    disruptionsAllowed: allowed,
    currentHealthy,
    desiredHealthy,
    expectedPods: typeof spec.minAvailable === "number" ? pods.length : total,
    conditions: withCondition(status?.conditions, {
      type: "DisruptionAllowed",
      status: allowed > 0 ? "True" : "False",
      reason: reasonOf(expected, allowed),
      message: expected.kind === "unknown" ? expected.why : "",
      lastTransitionTime: rfc3339(nowMs),
      ...(generation === undefined ? {} : { observedGeneration: generation }),
    }),
  };
}

function reasonOf(expected: Expected, allowed: number): string {
  if (expected.kind === "unknown") return "SyncFailed";
  return allowed > 0 ? "SufficientPods" : "InsufficientPods";
}

function desiredOf({ minAvailable, maxUnavailable }: PodDisruptionBudget["spec"], total: number): number {
  if (maxUnavailable !== undefined) return Math.max(0, total - scaledValue(maxUnavailable, total, "up"));
  if (minAvailable === undefined) return 0;
  return typeof minAvailable === "number" ? minAvailable : scaledValue(minAvailable, total, "up");
}

function stillDisrupted(
  disrupted: Readonly<Record<string, string>>,
  pods: readonly Pod[],
  nowMs: number,
): Record<string, string> {
  const waiting = Object.entries(disrupted).filter(([name, since]) => {
    const pod = pods.find(({ metadata }) => metadata.name === name);
    return pod && !pod.metadata.deletionTimestamp && nowMs - Date.parse(since) < evictionTimeoutMs;
  });
  return Object.fromEntries(waiting);
}
