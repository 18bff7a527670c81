import type { Job } from "../../../kube/kinds/job.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { isPodReady } from "../pods/pod-state.ts";
import type { JobEnd } from "./decided-end.ts";
import { backoffMs, delayAfter, finishedMs } from "./job-backoff.ts";
import { hasFailed, type JobCounts } from "./job-counts.ts";
import { endOf } from "./job-end.ts";
import { failuresWith, indexOf, limitsEachIndex } from "./job-pod.ts";

export type JobPlan =
  | { readonly kind: "end"; readonly end: JobEnd; readonly remove: readonly Pod[] }
  | { readonly kind: "suspend"; readonly remove: readonly Pod[] }
  | {
      readonly kind: "run";
      readonly remove: readonly Pod[];
      readonly create: readonly (number | undefined)[];
      readonly againInMs?: number;
    };

const burst = 500;

/** What must happen to a job's pods now. */
export function jobPlan(
  job: Job,
  pods: readonly Pod[],
  { counts, nowMs }: { counts: JobCounts; nowMs: number },
): JobPlan {
  const end = endOf(job, pods, { counts, nowMs });
  if (end) return { kind: "end", end, remove: counts.active };
  if (job.spec.suspend) return { kind: "suspend", remove: counts.active };
  const wanted = wantedActive(job, counts);
  const surplus = counts.active.length - wanted;
  if (surplus > 0) return { kind: "run", remove: cheapestFirst(counts.active).slice(0, surplus), create: [] };
  const missing = Math.min(burst, wanted - counts.active.length - replacementsHeld(job, pods));
  if (missing <= 0) return { kind: "run", remove: duplicates(job, counts.active), create: [] };
  const waitMs = limitsEachIndex(job) ? 0 : backoffMs(job, pods, { failed: counts.failed, nowMs });
  if (waitMs > 0) return { kind: "run", remove: [], create: [], againInMs: waitMs };
  const due = whatIsDue(nextIndexes(job, pods, { counts, missing }), counts, nowMs);
  return { kind: "run", remove: duplicates(job, counts.active), ...due };
}

/** Of the next indexes those whose own back-off has passed. */
function whatIsDue(
  next: readonly (number | undefined)[],
  { held }: JobCounts,
  nowMs: number,
): { create: (number | undefined)[]; againInMs?: number } {
  const waits = next.map((index) => {
    const replaced = index === undefined ? undefined : held.get(index);
    return replaced ? delayAfter(failuresWith(replaced), finishedMs(replaced), nowMs) : 0;
  });
  const create = next.filter((_, at) => (waits[at] ?? 0) <= 0);
  const later = waits.filter((waitMs) => waitMs > 0);
  return { create, ...(later.length > 0 ? { againInMs: Math.min(...later) } : {}) };
}

function wantedActive({ spec }: Job, { succeeded, active }: JobCounts): number {
  const parallelism = spec.parallelism ?? 1;
  // a work queue: once one pod has succeeded no new ones start
  if (spec.completions === undefined) return succeeded > 0 ? Math.min(active.length, parallelism) : parallelism;
  return Math.max(0, Math.min(parallelism, spec.completions - succeeded));
}

/** Pods that end and must be gone before they are replaced. */
function replacementsHeld({ spec }: Job, pods: readonly Pod[]): number {
  if (spec.podReplacementPolicy !== "Failed") return 0;
  return pods.filter(
    ({ metadata, status }) => metadata.deletionTimestamp && status?.phase !== "Succeeded" && status?.phase !== "Failed",
  ).length;
}

function nextIndexes(
  job: Job,
  pods: readonly Pod[],
  { counts, missing }: { counts: JobCounts; missing: number },
): (number | undefined)[] {
  if (job.spec.completionMode !== "Indexed") return new Array<undefined>(missing).fill(undefined);
  const held = job.spec.podReplacementPolicy === "Failed" ? pods.filter((pod) => !hasFailed(job, pod)) : counts.active;
  const taken = new Set(held.map(indexOf));
  const done = new Set([...counts.completedIndexes, ...counts.failedIndexes]);
  const indexes: number[] = [];
  for (let index = 0; index < (job.spec.completions ?? 0) && indexes.length < missing; index++) {
    if (!taken.has(index) && !done.has(index)) indexes.push(index);
  }
  return indexes;
}

/** Second pods of one index, and pods whose index is out of range. */
function duplicates({ spec }: Job, active: readonly Pod[]): Pod[] {
  if (spec.completionMode !== "Indexed") return [];
  const seen = new Set<number>();
  return active.filter((pod) => {
    const index = indexOf(pod);
    if (index === undefined || index >= (spec.completions ?? 0) || seen.has(index)) return true;
    seen.add(index);
    return false;
  });
}

function cheapestFirst(pods: readonly Pod[]): Pod[] {
  const rank = (pod: Pod) => (pod.spec.nodeName ? 1 : 0) + (isPodReady(pod) ? 1 : 0);
  return pods.toSorted((one, other) => rank(one) - rank(other));
}
