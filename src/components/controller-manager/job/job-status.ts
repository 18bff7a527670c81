import { conditionOf, withCondition } from "../../../kube/conditions.ts";
import type { Job, JobCondition, JobStatus } from "../../../kube/kinds/job.ts";
import { rfc3339 } from "../../../kube/rfc3339.ts";
import type { JobCounts } from "./job-counts.ts";
import type { JobPlan } from "./job-plan.ts";

export function isFinished({ status }: Job): boolean {
  return ["Complete", "Failed"].some((type) => conditionOf(status?.conditions, type)?.status === "True");
}

/** The status that goes with a plan: start time, suspension, and the end in its two steps (first the decision, then, when no pod is left, the end). */
export function jobStatus({ counts, plan, nowMs }: { counts: JobCounts; plan: JobPlan; nowMs: number }): JobStatus {
  const { status, held } = counts;
  if (plan.kind === "suspend") return suspended(status, nowMs);
  const started = resumed(status, nowMs);
  if (plan.kind === "run") return started;
  const { type, reason, message } = plan.end;
  const target = type === "Complete" ? "SuccessCriteriaMet" : "FailureTarget";
  const aimed = set(started, { type: target, status: "True", reason, message }, nowMs);
  const isSettled =
    held.size === 0 && (status.active ?? 0) === 0 && (status.terminating ?? 0) === 0 && !hasUncounted(status);
  if (!isSettled) return aimed;
  const ended = set(aimed, { type, status: "True", reason, message }, nowMs);
  return type === "Complete" ? { ...ended, completionTime: ended.completionTime ?? rfc3339(nowMs) } : ended;
}

function hasUncounted({ uncountedTerminatedPods = {} }: JobStatus): boolean {
  return (uncountedTerminatedPods.succeeded?.length ?? 0) + (uncountedTerminatedPods.failed?.length ?? 0) > 0;
}

function suspended({ startTime: _, ...status }: JobStatus, nowMs: number): JobStatus {
  return set(status, { type: "Suspended", status: "True", reason: "JobSuspended", message: "Job suspended" }, nowMs);
}

function resumed(status: JobStatus, nowMs: number): JobStatus {
  const startTime = status.startTime ?? rfc3339(nowMs);
  if (conditionOf(status.conditions, "Suspended")?.status !== "True") return { ...status, startTime };
  const condition = { type: "Suspended", status: "False", reason: "JobResumed", message: "Job resumed" };
  return { ...set(status, condition, nowMs), startTime: rfc3339(nowMs) };
}

function set(status: JobStatus, condition: JobCondition, nowMs: number): JobStatus {
  const old = conditionOf(status.conditions, condition.type);
  if (old?.status === condition.status && old.reason === condition.reason) return status;
  const now = rfc3339(nowMs);
  const wanted = { ...condition, lastProbeTime: now, lastTransitionTime: now };
  return { ...status, conditions: withCondition(status.conditions, wanted) };
}
