import type { Job, JobStatus } from "../../../kube/kinds/job.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { isPodReady } from "../pods/pod-state.ts";
import { decidedEnd } from "./decided-end.ts";
import { awaitingReplacement, failedIndexesOf } from "./failed-indexes.ts";
import { formatIndexes, parseIndexes } from "./index-set.ts";
import { indexOf, isTracked, limitsEachIndex } from "./job-pod.ts";

export type JobCounts = {
  readonly status: JobStatus;
  /** Ended pods that stand in the status now: their finalizer may go once it is written. */
  readonly toRelease: readonly Pod[];
  readonly active: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
  readonly completedIndexes: ReadonlySet<number>;
  readonly failedIndexes: ReadonlySet<number>;
  /** By index, the failed pod that stays uncounted until its replacement has taken over its count of failures. */
  readonly held: ReadonlyMap<number, Pod>;
};

/**
 * Counts each ended pod exactly once, whatever crashes in between (KEP-2307): its uid goes into
 * uncountedTerminatedPods, then its finalizer goes, then the uid becomes part of the counter.
 */
export function countPods(job: Job, pods: readonly Pod[]): JobCounts {
  const old = job.status ?? {};
  const isIndexed = job.spec.completionMode === "Indexed";
  const tracked = new Set(pods.filter(isTracked).map(({ metadata }) => metadata.uid ?? ""));
  const before = {
    succeeded: old.uncountedTerminatedPods?.succeeded ?? [],
    failed: old.uncountedTerminatedPods?.failed ?? [],
  };
  const settled = {
    succeeded: before.succeeded.filter((uid) => !tracked.has(uid)),
    failed: before.failed.filter((uid) => !tracked.has(uid)),
  };
  const active = pods.filter((pod) => isActive(pod));
  const completedIndexes = completed(job, pods);
  const failures = pods.filter((pod) => isTracked(pod) && !hasSucceeded(pod) && hasFailed(job, pod));
  const failedIndexes = failedIndexesOf(job, failures);
  const settledIndexes = new Set([...completedIndexes, ...failedIndexes, ...active.map(indexOf)]);
  const held = decidedEnd(job) ? new Map<number, Pod>() : awaitingReplacement(job, failures, settledIndexes);
  const heldPods = new Set(held.values());
  const ended = pods.filter(
    (pod) => isTracked(pod) && (hasSucceeded(pod) || hasFailed(job, pod)) && !heldPods.has(pod),
  );
  const uncounted = {
    succeeded: isIndexed ? [] : ended.filter(hasSucceeded).map(({ metadata }) => metadata.uid ?? ""),
    failed: ended.filter((pod) => !hasSucceeded(pod)).map(({ metadata }) => metadata.uid ?? ""),
  };
  const succeeded = isIndexed ? completedIndexes.size : (old.succeeded ?? 0) + settled.succeeded.length;
  const failed = (old.failed ?? 0) + settled.failed.length;
  const status = lean({
    ...old,
    active: active.length,
    ready: active.filter(isPodReady).length,
    terminating: pods.filter(
      ({ metadata, status: state }) =>
        metadata.deletionTimestamp && state?.phase !== "Succeeded" && state?.phase !== "Failed",
    ).length,
    succeeded,
    failed,
    uncountedTerminatedPods: uncountedOf(uncounted),
    ...(isIndexed && completedIndexes.size > 0 ? { completedIndexes: formatIndexes(completedIndexes) } : {}),
    ...(limitsEachIndex(job) ? { failedIndexes: formatIndexes(failedIndexes) } : {}),
  });
  return {
    status,
    toRelease: ended,
    active,
    succeeded: succeeded + uncounted.succeeded.length,
    failed: failed + uncounted.failed.length + held.size,
    completedIndexes,
    failedIndexes,
    held,
  };
}

function completed({ spec, status }: Job, pods: readonly Pod[]): Set<number> {
  if (spec.completionMode !== "Indexed") return new Set();
  const indexes = parseIndexes(status?.completedIndexes, spec.completions);
  for (const pod of pods) {
    const index = indexOf(pod);
    if (hasSucceeded(pod) && index !== undefined && index < (spec.completions ?? 0)) indexes.add(index);
  }
  return indexes;
}

function hasSucceeded({ status }: Pod): boolean {
  return status?.phase === "Succeeded";
}

/** A pod that is being deleted has failed, unless its replacement is to wait for its end (podReplacementPolicy). */
export function hasFailed({ spec }: Job, { status, metadata }: Pod): boolean {
  if (status?.phase === "Failed") return true;
  return (
    metadata.deletionTimestamp !== undefined && spec.podReplacementPolicy !== "Failed" && status?.phase !== "Succeeded"
  );
}

function isActive({ status, metadata }: Pod): boolean {
  return status?.phase !== "Succeeded" && status?.phase !== "Failed" && !metadata.deletionTimestamp;
}

function uncountedOf({ succeeded, failed }: { succeeded: string[]; failed: string[] }) {
  return { ...(succeeded.length > 0 ? { succeeded } : {}), ...(failed.length > 0 ? { failed } : {}) };
}

/** The API leaves zero counts out, but `ready` and `terminating`, which are pointers there. */
function lean(status: JobStatus): JobStatus {
  const { active, succeeded, failed, ...rest } = status;
  return { ...rest, ...(active ? { active } : {}), ...(succeeded ? { succeeded } : {}), ...(failed ? { failed } : {}) };
}
