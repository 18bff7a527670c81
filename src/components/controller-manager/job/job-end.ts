import type { Job } from "../../../kube/kinds/job.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { decidedEnd, type JobEnd } from "./decided-end.ts";
import { parseIndexes } from "./index-set.ts";
import type { JobCounts } from "./job-counts.ts";

type View = { readonly counts: JobCounts; readonly nowMs: number };

/** How a job has ended, if it has: as was decided before, or a limit that it passed, or its success. */
export function endOf(job: Job, pods: readonly Pod[], view: View): JobEnd | undefined {
  return decidedEnd(job) ?? failureOf(job, view) ?? indexFailureOf(job, view.counts) ?? successOf(job, pods, view);
}

function failureOf(job: Job, { counts, nowMs }: View): JobEnd | undefined {
  const { spec } = job;
  if (counts.failed > (spec.backoffLimit ?? 6) || restartsExceed(job, counts.active)) {
    return { type: "Failed", reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit" };
  }
  if (!spec.suspend && isPastDeadline(job, nowMs)) {
    return { type: "Failed", reason: "DeadlineExceeded", message: "Job was active longer than specified deadline" };
  }
  return undefined;
}

function indexFailureOf({ spec }: Job, { failedIndexes, completedIndexes }: JobCounts): JobEnd | undefined {
  if (failedIndexes.size === 0) return undefined;
  if (spec.maxFailedIndexes !== undefined && failedIndexes.size > spec.maxFailedIndexes) {
    const message = "Job has exceeded the specified maximal number of failed indexes";
    return { type: "Failed", reason: "MaxFailedIndexesExceeded", message };
  }
  const isDone = failedIndexes.size + completedIndexes.size >= (spec.completions ?? 0);
  return isDone ? { type: "Failed", reason: "FailedIndexes", message: "Job has failed indexes" } : undefined;
}

function successOf(job: Job, pods: readonly Pod[], { counts }: View): JobEnd | undefined {
  const rule = matchedRule(job, counts.completedIndexes);
  if (rule !== undefined) {
    return { type: "Complete", reason: "SuccessPolicy", message: `Matched rules at index ${rule}` };
  }
  const { completions } = job.spec;
  const isReached =
    completions === undefined
      ? counts.succeeded > 0 && counts.active.length === 0 && !pods.some(({ metadata }) => metadata.deletionTimestamp)
      : counts.succeeded >= completions;
  if (!isReached) return undefined;
  return { type: "Complete", reason: "CompletionsReached", message: "Reached expected number of succeeded pods" };
}

/** The place of the first rule of the job's successPolicy that these indexes fulfil (KEP-3998). */
function matchedRule({ spec }: Job, completed: ReadonlySet<number>): number | undefined {
  if (spec.completionMode !== "Indexed" || completed.size === 0) return undefined;
  const place = (spec.successPolicy?.rules ?? []).findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return succeededCount !== undefined && completed.size >= succeededCount;
    const asked = parseIndexes(succeededIndexes);
    return asked.intersection(completed).size >= (succeededCount ?? asked.size);
  });
  return place < 0 ? undefined : place;
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
