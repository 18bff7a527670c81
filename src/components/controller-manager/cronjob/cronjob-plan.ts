import { conditionOf } from "../../../kube/conditions.ts";
import type { EventFacts } from "../../../kube/event-recorder.ts";
import type { CronJob, Job } from "../../../kube/kinds/job.ts";
import { missedRuns, nextRunMs, tooManyMissed } from "./schedule.ts";

export type CronPlan =
  | { readonly kind: "wait"; readonly againInMs: number | undefined; readonly warning?: CronWarning }
  | {
      readonly kind: "start";
      readonly runMs: number;
      readonly replace: boolean;
      readonly againInMs: number | undefined;
      readonly warning?: CronWarning;
    };
export type CronWarning = Pick<EventFacts, "type" | "reason" | "message">;

/** Clocks of two machines differ by so much. */
const skewMs = 100;

/** Whether a run is due now (kubernetes/pkg/controller/cronjob): the latest missed one, if it is not too late and no other run forbids it. */
export function cronPlan({ metadata, spec, status }: CronJob, active: readonly Job[], nowMs: number): CronPlan {
  if (spec.suspend || metadata.deletionTimestamp) return { kind: "wait", againInMs: undefined };
  const created = Date.parse(metadata.creationTimestamp ?? "") || nowMs;
  const lastMs = status?.lastScheduleTime ? Date.parse(status.lastScheduleTime) : created;
  const deadlineMs = spec.startingDeadlineSeconds === undefined ? undefined : spec.startingDeadlineSeconds * 1000;
  const afterMs = deadlineMs === undefined ? lastMs : Math.max(lastMs, nowMs - deadlineMs);
  const { latestMs, count } = missedRuns(spec.schedule, spec.timeZone, { afterMs, untilMs: nowMs });
  const next = nextRunMs(spec.schedule, spec.timeZone, nowMs);
  const againInMs = next === undefined ? undefined : next - nowMs + skewMs;
  const tooMany = count > tooManyMissed ? { warning: tooManyWarning } : {};
  if (latestMs === undefined) return { kind: "wait", againInMs };
  if (deadlineMs !== undefined && latestMs + deadlineMs < nowMs) {
    return {
      kind: "wait",
      againInMs,
      warning: {
        type: "Warning",
        reason: "MissSchedule",
        message: `Missed scheduled time to start a job: ${new Date(latestMs).toUTCString().replace("GMT", "+0000")}`,
      },
    };
  }
  if (spec.concurrencyPolicy === "Forbid" && active.length > 0) {
    const message = "Not starting job because prior execution is running and concurrency policy is Forbid";
    return { kind: "wait", againInMs, warning: { type: "Normal", reason: "JobAlreadyActive", message } };
  }
  return { kind: "start", runMs: latestMs, replace: spec.concurrencyPolicy === "Replace", againInMs, ...tooMany };
}

const tooManyWarning: CronWarning = {
  type: "Warning",
  reason: "TooManyMissedTimes",
  message: "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew",
};

/** Finished jobs beyond the history limits, oldest first. */
export function beyondHistory({ spec }: CronJob, jobs: readonly Job[]): Job[] {
  const ended = (type: string) =>
    jobs
      .filter(({ status }) => conditionOf(status?.conditions, type)?.status === "True")
      .toSorted((one, other) => (one.status?.startTime ?? "").localeCompare(other.status?.startTime ?? ""));
  const surplus = (list: Job[], limit: number) => list.slice(0, Math.max(0, list.length - limit));
  return [
    ...surplus(ended("Complete"), spec.successfulJobsHistoryLimit ?? 3),
    ...surplus(ended("Failed"), spec.failedJobsHistoryLimit ?? 1),
  ];
}

/** The job of one run: named after its minute, so that it is never made twice. */
export function jobOfRun(cronJob: CronJob, runMs: number): Job {
  const { metadata, spec, apiVersion, kind } = cronJob;
  const { labels, annotations } = spec.jobTemplate.metadata ?? {};
  const { name = "", namespace = "", uid = "" } = metadata;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: `${name}-${Math.floor(runMs / 60_000)}`,
      namespace,
      ...(labels ? { labels } : {}),
      annotations: {
        ...annotations,
        "batch.kubernetes.io/cronjob-scheduled-timestamp": scheduledAt(runMs, spec.timeZone),
      },
      ownerReferences: [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }],
    },
    spec: spec.jobTemplate.spec,
  };
}

/** RFC 3339 in the schedule's own zone. */
function scheduledAt(runMs: number, timeZone = "UTC"): string {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(runMs);
  const offset = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }).formatToParts(runMs);
  const zone = offset.find(({ type }) => type === "timeZoneName")?.value.replace("GMT", "") || "Z";
  return `${parts.replace(" ", "T")}${zone}`;
}
