import { conditionOf } from "../../../kube/conditions.ts";
import type { EventFacts } from "../../../kube/event-recorder.ts";
import type { Job, JobStatus } from "../../../kube/kinds/job.ts";
import type { JobPlan } from "./job-plan.ts";
import { isFinished } from "./job-status.ts";

/** What to tell of a job when this status takes the place of its old one, in upstream's words. */
export function jobEvents(job: Job, plan: JobPlan, status: JobStatus): EventFacts[] {
  return [...suspensionEvents(job.status, status), ...endEvents(job, plan, status)];
}

function suspensionEvents(old: JobStatus | undefined, status: JobStatus): EventFacts[] {
  const [before, after] = [old, status].map((one) => conditionOf(one?.conditions, "Suspended")?.status);
  if (before === after) return [];
  if (after === "True") return [{ type: "Normal", reason: "Suspended", message: "Job suspended" }];
  return before === "True" ? [{ type: "Normal", reason: "Resumed", message: "Job resumed" }] : [];
}

function endEvents(job: Job, plan: JobPlan, status: JobStatus): EventFacts[] {
  if (plan.kind !== "end" || !isFinished({ ...job, status })) return [];
  const { type, reason, message } = plan.end;
  if (type === "Failed") return [{ type: "Warning", reason, message }];
  const { completions } = job.spec;
  const hasTooMany = completions !== undefined && (status.succeeded ?? 0) > completions;
  const surplus: EventFacts = {
    type: "Warning",
    reason: "TooManySucceededPods",
    message: "Too many succeeded pods running after completion count reached",
  };
  return [...(hasTooMany ? [surplus] : []), { type: "Normal", reason: "Completed", message: "Job completed" }];
}
