import type { Job } from "../../../kube/kinds/job.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { isPodReady } from "../pods/pod-state.ts";
import { hasFailed, type JobCounts } from "./job-counts.ts";
import { indexOf } from "./job-pod.ts";

export type JobEnd = { readonly type: "Complete" | "Failed"; readonly reason: string; readonly message: string };

export type JobPlan =
  | { readonly kind: "end"; readonly end: JobEnd; readonly remove: readonly Pod[] }
  | { readonly kind: "suspend"; readonly remove: readonly Pod[] }
  | {
      readonly kind: "run";
      readonly remove: readonly Pod[];
      readonly create: readonly (number | undefined)[];
      readonly againInMs?: number;
    };

const firstBackoffMs = 10_000;
const maxBackoffMs = 600_000;
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
  const waitMs = backoffMs(job, pods, { counts, nowMs });
  if (waitMs > 0) return { kind: "run", remove: [], create: [], againInMs: waitMs };
  return { kind: "run", remove: duplicates(job, counts.active), create: nextIndexes(job, pods, { counts, missing }) };
}

type View = { readonly counts: JobCounts; readonly nowMs: number };

function endOf(job: Job, pods: readonly Pod[], { counts, nowMs }: View): JobEnd | undefined {
  const { spec, status } = job;
  if (counts.failed > (spec.backoffLimit ?? 6) || restartsExceed(job, counts.active)) {
    return { type: "Failed", reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit" };
  }
  if (!spec.suspend && isPastDeadline(job, nowMs)) {
    return { type: "Failed", reason: "DeadlineExceeded", message: "Job was active longer than specified deadline" };
  }
  const isReached =
    spec.completions === undefined
      ? counts.succeeded > 0 && counts.active.length === 0 && !pods.some(({ metadata }) => metadata.deletionTimestamp)
      : counts.succeeded >= spec.completions;
  const isDone = isReached || hasMet(status, "SuccessCriteriaMet");
  if (!isDone) return undefined;
  return { type: "Complete", reason: "CompletionsReached", message: "Reached expected number of succeeded pods" };
}

function hasMet(status: Job["status"], type: string): boolean {
  return (status?.conditions ?? []).some((one) => one.type === type && one.status === "True");
}

function isPastDeadline({ spec, status }: Job, nowMs: number): boolean {
  if (spec.activeDeadlineSeconds === undefined || !status?.startTime) return false;
  return nowMs >= Date.parse(status.startTime) + spec.activeDeadlineSeconds * 1000;
}

/** When the deadline passes, milliseconds from now. */
export function deadlineInMs({ spec, status }: Job, nowMs: number): number | undefined {
  if (spec.activeDeadlineSeconds === undefined || !status?.startTime || spec.suspend) return undefined;
  return Math.max(0, Date.parse(status.startTime) + spec.activeDeadlineSeconds * 1000 - nowMs);
}

/** With restartPolicy OnFailure the failures are restarts of containers in pods that live. */
function restartsExceed({ spec }: Job, active: readonly Pod[]): boolean {
  if (spec.template.spec.restartPolicy !== "OnFailure") return false;
  const restarts = active.flatMap(({ status }) =>
    [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(
      ({ restartCount = 0 }) => restartCount,
    ),
  );
  const total = restarts.reduce((sum, one) => sum + one, 0);
  const limit = spec.backoffLimit ?? 6;
  return limit === 0 ? total > 0 : total >= limit;
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
  const indexes: number[] = [];
  for (let index = 0; index < (job.spec.completions ?? 0) && indexes.length < missing; index++) {
    if (!taken.has(index) && !counts.completedIndexes.has(index)) indexes.push(index);
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

/** 10 s after a failure, doubling with each to ten minutes, counted from the last one's end. */
function backoffMs(job: Job, pods: readonly Pod[], { counts, nowMs }: View): number {
  const failures = pods.filter((pod) => hasFailed(job, pod));
  const last = Math.max(0, ...failures.map(finishedMs));
  const lastSuccess = Math.max(0, ...pods.filter(({ status }) => status?.phase === "Succeeded").map(finishedMs));
  if (counts.failed === 0 || last === 0 || lastSuccess > last) return 0;
  const delay = Math.min(maxBackoffMs, firstBackoffMs * 2 ** Math.min(20, counts.failed - 1));
  return last + delay - nowMs;
}

function finishedMs({ status, metadata }: Pod): number {
  const ends = (status?.containerStatuses ?? []).flatMap(({ state }) => state?.terminated?.finishedAt ?? []);
  const times = [...ends, metadata.deletionTimestamp ?? ""]
    .map((time) => Date.parse(time))
    .filter((time) => !Number.isNaN(time));
  return times.length > 0 ? Math.max(...times) : Date.parse(metadata.creationTimestamp ?? "") || 0;
}

function cheapestFirst(pods: readonly Pod[]): Pod[] {
  const rank = (pod: Pod) => (pod.spec.nodeName ? 1 : 0) + (isPodReady(pod) ? 1 : 0);
  return pods.toSorted((one, other) => rank(one) - rank(other));
}
