import { expect, test } from "vitest";
import {
  beyondHistory,
  cronPlan,
  jobOfRun,
} from "../../../../src/components/controller-manager/cronjob/cronjob-plan.ts";
import type { CronJob, Job } from "../../../../src/kube/kinds/job.ts";

const at = (time: string) => Date.parse(`2026-03-01T${time}Z`);
const jobTemplate = { metadata: { labels: { a: "b" } }, spec: { template: { spec: { containers: [] } } } };
function cronOf(spec: Partial<CronJob["spec"]> = {}, lastScheduleTime?: string): CronJob {
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "c", namespace: "x", uid: "c1", creationTimestamp: "2026-03-01T09:30:00Z" },
    spec: { schedule: "0 * * * *", jobTemplate, ...spec },
    status: lastScheduleTime ? { lastScheduleTime } : {},
  };
}
const job = (name: string, type?: "Complete" | "Failed", startTime = ""): Job => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name },
  spec: { template: { spec: { containers: [] } } },
  status: { startTime, conditions: type ? [{ type, status: "True" }] : [] },
});

test.each<[string, CronJob, Job[], string, object]>([
  ["before its first time it waits", cronOf(), [], "09:59:00", { kind: "wait", againInMs: 60_100 }],
  ["at its time it starts", cronOf(), [], "10:00:01", { kind: "start", runMs: at("10:00:00"), replace: false }],
  ["a time that had its run has no second", cronOf({}, "2026-03-01T10:00:00Z"), [], "10:30:00", { kind: "wait" }],
  ["of several missed times the latest counts", cronOf(), [], "12:30:00", { kind: "start", runMs: at("12:00:00") }],
  ["too late is too late", cronOf({ startingDeadlineSeconds: 60 }), [], "10:30:00", { kind: "wait" }],
  [
    "within the deadline it still starts",
    cronOf({ startingDeadlineSeconds: 3600 }),
    [],
    "10:30:00",
    { kind: "start", runMs: at("10:00:00") },
  ],
  [
    "suspended it waits for a change",
    cronOf({ suspend: true }),
    [],
    "10:00:01",
    { kind: "wait", againInMs: undefined },
  ],
  [
    "Forbid waits for the one that runs",
    cronOf({ concurrencyPolicy: "Forbid" }),
    [job("a")],
    "10:00:01",
    { kind: "wait", warning: { reason: "JobAlreadyActive" } },
  ],
  [
    "Replace takes its place",
    cronOf({ concurrencyPolicy: "Replace" }),
    [job("a")],
    "10:00:01",
    { kind: "start", replace: true },
  ],
  [
    "Allow starts beside it",
    cronOf({ concurrencyPolicy: "Allow" }),
    [job("a")],
    "10:00:01",
    { kind: "start", replace: false },
  ],
])("%s", (_, ...[cron, active, time, expected]) => {
  expect(cronPlan(cron, active, at(time))).toMatchObject(expected);
});

test("a time zone moves the times, over a change of clocks too", () => {
  const berlin = {
    ...cronOf({ schedule: "30 6 * * *", timeZone: "Europe/Berlin" }),
    metadata: { name: "c", creationTimestamp: "2026-03-28T00:00:00Z" },
  };
  expect(cronPlan(berlin, [], Date.parse("2026-03-28T06:00:00Z"))).toMatchObject({
    runMs: Date.parse("2026-03-28T05:30:00Z"),
  });
  expect(cronPlan(berlin, [], Date.parse("2026-03-29T06:00:00Z"))).toMatchObject({
    runMs: Date.parse("2026-03-29T04:30:00Z"),
  });
});

test.each(["@hourly", "*/60 * * * *", "0 0-23 * * *"])("%s is hourly too", (schedule) => {
  expect(cronPlan(cronOf({ schedule }), [], at("10:00:01"))).toMatchObject({ kind: "start", runMs: at("10:00:00") });
});

test("more than a hundred missed times start one run and a warning", () => {
  const plan = cronPlan(cronOf({ schedule: "* * * * *" }), [], at("23:30:30"));
  expect(plan).toMatchObject({ kind: "start", runMs: at("23:30:00"), warning: { reason: "TooManyMissedTimes" } });
});

test("a schedule that is none throws", () => {
  expect(() => cronPlan(cronOf({ schedule: "often" }), [], at("10:00:00"))).toThrow();
});

test("history keeps the youngest of each kind", () => {
  const jobs = [
    job("s1", "Complete", "1"),
    job("s2", "Complete", "2"),
    job("f1", "Failed", "1"),
    job("f2", "Failed", "2"),
    job("running"),
  ];
  const names = (spec: Partial<CronJob["spec"]>) =>
    beyondHistory(cronOf(spec), jobs).map(({ metadata }) => metadata.name);
  expect(names({})).toEqual(["f1"]);
  expect(names({ successfulJobsHistoryLimit: 0, failedJobsHistoryLimit: 2 })).toEqual(["s1", "s2"]);
});

test("a run's job is named after its minute, carries its time and belongs to the cron job", () => {
  const { metadata } = jobOfRun(cronOf({ timeZone: "Europe/Berlin" }), at("10:00:00"));
  expect(metadata).toMatchObject({
    name: `c-${at("10:00:00") / 60_000}`,
    labels: { a: "b" },
    annotations: { "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-03-01T11:00:00+01:00" },
    ownerReferences: [{ kind: "CronJob", uid: "c1", controller: true }],
  });
});
