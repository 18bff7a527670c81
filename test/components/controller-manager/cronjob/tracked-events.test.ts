import { expect, test } from "vitest";
import { trackedEvents } from "../../../../src/components/controller-manager/cronjob/tracked-events.ts";
import type { CronJob, Job } from "../../../../src/kube/kinds/job.ts";

const jobTemplate = { spec: { template: { spec: { containers: [] } } } };
const cron = (...active: string[]): CronJob => ({
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: "c" },
  spec: { schedule: "@hourly", jobTemplate },
  status: { active: active.map((uid) => ({ uid })) },
});
const job = (name: string, end?: string): Job => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name, uid: name },
  spec: jobTemplate.spec,
  ...(end ? { status: { conditions: [{ type: end, status: "True" }] } } : {}),
});

test("tells of active jobs that have ended, and of jobs that nobody remembers", () => {
  const jobs = [job("done", "Complete"), job("broken", "Failed"), job("old", "Complete"), job("here"), job("stray")];
  expect(trackedEvents(cron("done", "broken", "here"), jobs)).toEqual([
    { type: "Normal", reason: "SawCompletedJob", message: "Saw completed job: done, condition: Complete" },
    { type: "Normal", reason: "SawCompletedJob", message: "Saw completed job: broken, condition: Failed" },
    {
      type: "Warning",
      reason: "UnexpectedJob",
      message: "Saw a job that the controller did not create or forgot: stray",
    },
  ]);
});
