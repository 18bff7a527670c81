import { expect, test } from "vitest";
import { jobEvents } from "../../../../src/components/controller-manager/job/job-events.ts";
import type { JobPlan } from "../../../../src/components/controller-manager/job/job-plan.ts";
import type { Job, JobStatus } from "../../../../src/kube/kinds/job.ts";

const template = { spec: { containers: [] } };
const job = (status: JobStatus, completions = 2): Job => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "j" },
  spec: { template, completions },
  status,
});
const suspended = (status: string): JobStatus => ({ conditions: [{ type: "Suspended", status }] });
const run: JobPlan = { kind: "run", create: [], remove: [] };
const end = (type: "Complete" | "Failed"): JobPlan => ({
  kind: "end",
  end: { type, reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit" },
  remove: [],
});
const ended = (type: string, succeeded = 2): JobStatus => ({ succeeded, conditions: [{ type, status: "True" }] });

test.each<[string, Job, JobPlan, JobStatus, string[]]>([
  ["nothing, when nothing ends", job({}), run, { active: 1 }, []],
  ["a suspension once", job({}), { kind: "suspend", remove: [] }, suspended("True"), ["Normal Suspended"]],
  ["no suspension that was told", job(suspended("True")), { kind: "suspend", remove: [] }, suspended("True"), []],
  ["going on after it", job(suspended("True")), run, suspended("False"), ["Normal Resumed"]],
  ["success", job({}), end("Complete"), ended("Complete"), ["Normal Completed"]],
  ["no end before the last pod is gone", job({}), end("Complete"), { active: 1 }, []],
  [
    "more successes than were asked for",
    job({}),
    end("Complete"),
    ended("Complete", 3),
    ["Warning TooManySucceededPods", "Normal Completed"],
  ],
  ["why it failed", job({}), end("Failed"), ended("Failed"), ["Warning BackoffLimitExceeded"]],
])("tells of %s", (_, ...[before, plan, status, expected]) => {
  expect(jobEvents(before, plan, status).map(({ type, reason }) => `${type} ${reason}`)).toEqual(expected);
});
