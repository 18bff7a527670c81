import type { Job } from "../../../kube/kinds/job.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { parseIndexes } from "./index-set.ts";
import { failuresWith, indexOf, limitsEachIndex } from "./job-pod.ts";

/** The indexes that have failed more often than backoffLimitPerIndex allows (KEP-3850). `failures`: pods that failed and are not yet released. */
export function failedIndexesOf(job: Job, failures: readonly Pod[]): Set<number> {
  if (!limitsEachIndex(job)) return new Set();
  const { backoffLimitPerIndex = 0, completions = 0 } = job.spec;
  const failed = parseIndexes(job.status?.failedIndexes, completions);
  for (const pod of failures) {
    const index = indexOf(pod);
    if (index !== undefined && index < completions && failuresWith(pod) > backoffLimitPerIndex) failed.add(index);
  }
  return failed;
}

/**
 * The pod of each unsettled index that knows of the most failures. The count is written nowhere else, so the pod must
 * not go before a replacement has it.
 */
export function awaitingReplacement(
  job: Job,
  failures: readonly Pod[],
  settled: ReadonlySet<number | undefined>,
): Map<number, Pod> {
  const held = new Map<number, Pod>();
  if (!limitsEachIndex(job)) return held;
  for (const pod of failures) {
    const index = indexOf(pod);
    if (index === undefined || index >= (job.spec.completions ?? 0) || settled.has(index)) continue;
    const other = held.get(index);
    if (!other || failuresWith(pod) > failuresWith(other)) held.set(index, pod);
  }
  return held;
}
