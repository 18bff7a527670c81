import type { Taint } from "../../../kube/kinds/node.ts";
import type { Toleration } from "../../../kube/kinds/pod.ts";
import { tolerates } from "../../../kube/scheduling/taints.ts";

/** When a pod must leave a node with these taints: at once, at a time (milliseconds since 1970), or never. */
export type Eviction =
  | { readonly kind: "never" }
  | { readonly kind: "now" }
  | { readonly kind: "at"; readonly timeMs: number };

/** The shortest toleration of all NoExecute taints decides; one taint without any evicts at once. */
export function evictionOf(
  taints: readonly Taint[],
  tolerations: readonly Toleration[] | undefined,
  nowMs: number,
): Eviction {
  let earliestMs = Number.POSITIVE_INFINITY;
  for (const taint of taints.filter(({ effect }) => effect === "NoExecute")) {
    const matching = tolerations?.filter((toleration) => tolerates(toleration, taint)) ?? [];
    if (matching.length === 0) return { kind: "now" };
    const seconds = matching.flatMap(({ tolerationSeconds }) =>
      tolerationSeconds === undefined ? [] : [tolerationSeconds],
    );
    if (seconds.length === 0) continue;
    const since = taint.timeAdded === undefined ? nowMs : Date.parse(taint.timeAdded);
    earliestMs = Math.min(earliestMs, since + Math.max(0, Math.min(...seconds)) * 1000);
  }
  if (earliestMs === Number.POSITIVE_INFINITY) return { kind: "never" };
  return earliestMs <= nowMs ? { kind: "now" } : { kind: "at", timeMs: earliestMs };
}
