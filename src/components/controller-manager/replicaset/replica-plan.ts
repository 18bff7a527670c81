import type { Pod } from "../../../kube/kinds/pod.ts";
import { byDeletionRank } from "../pods/pod-rank.ts";

/** At most so many pods are made or deleted in one pass (upstream's BurstReplicas). */
const burst = 500;

export type ReplicaPlan =
  | { readonly kind: "none" }
  | { readonly kind: "create"; readonly count: number }
  | { readonly kind: "delete"; readonly pods: readonly Pod[] };

/** What must happen to the active pods of a set to have `replicas`; `related` are all pods of the same workload. */
export function replicaPlan(
  replicas: number,
  active: readonly Pod[],
  { related, nowMs }: { related: readonly Pod[]; nowMs: number },
): ReplicaPlan {
  const surplus = active.length - replicas;
  if (surplus === 0) return { kind: "none" };
  if (surplus < 0) return { kind: "create", count: Math.min(-surplus, burst) };
  return { kind: "delete", pods: byDeletionRank(active, related, nowMs).slice(0, Math.min(surplus, burst)) };
}
