import { conditionOf } from "../../../kube/conditions.ts";
import type { EventFacts } from "../../../kube/event-recorder.ts";
import type { CronJob, Job } from "../../../kube/kinds/job.ts";
import { isFinished } from "../job/job-status.ts";

/** What to tell of the jobs that a cron job's status calls active, now that these are there. */
export function trackedEvents({ status }: CronJob, jobs: readonly Job[]): EventFacts[] {
  const active = new Set((status?.active ?? []).map(({ uid }) => uid));
  return jobs.flatMap((job): EventFacts[] => {
    const { name, uid } = job.metadata;
    if (isFinished(job) && active.has(uid)) {
      const message = `Saw completed job: ${name}, condition: ${endOf(job)}`;
      return [{ type: "Normal", reason: "SawCompletedJob", message }];
    }
    if (isFinished(job) || active.has(uid)) return [];
    const message = `Saw a job that the controller did not create or forgot: ${name}`;
    return [{ type: "Warning", reason: "UnexpectedJob", message }];
  });
}

function endOf({ status }: Job): string {
  return conditionOf(status?.conditions, "Complete")?.status === "True" ? "Complete" : "Failed";
}
