import { expect, test } from "vitest";
import { countPods } from "../../../../src/components/controller-manager/job/job-counts.ts";
import { jobPlan } from "../../../../src/components/controller-manager/job/job-plan.ts";
import { newJobPod } from "../../../../src/components/controller-manager/job/job-pod.ts";
import { isFinished, jobStatus } from "../../../../src/components/controller-manager/job/job-status.ts";
import { conditionOf } from "../../../../src/kube/conditions.ts";
import type { Job } from "../../../../src/kube/kinds/job.ts";
import { deleted, podWith } from "../pod.ts";

const finalizers = ["batch.kubernetes.io/job-tracking"];
const nowMs = Date.parse("2026-01-01T00:10:00Z");

function jobOf(spec: Partial<Job["spec"]> = {}, status: Job["status"] = {}): Job {
  const template = { spec: { containers: [{ name: "c" }], restartPolicy: "Never" as const } };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "j", namespace: "x", uid: "j1" },
    spec: { completions: 3, parallelism: 2, backoffLimit: 2, template, ...spec },
    status,
  };
}
const jobPod = (name: string, phase: "Running" | "Succeeded" | "Failed", index?: number) =>
  podWith({
    metadata: {
      name,
      finalizers,
      ...(index === undefined ? {} : { annotations: { "batch.kubernetes.io/job-completion-index": `${index}` } }),
    },
    status: {
      phase,
      containerStatuses:
        phase === "Running"
          ? []
          : [{ name: "c", state: { terminated: { exitCode: 0, finishedAt: "2026-01-01T00:09:55Z" } } }],
    },
  });

const { completions: _, ...queueSpec } = jobOf().spec;
const workQueue: Job = { ...jobOf(), spec: queueSpec };

function planOf(job: Job, pods: ReturnType<typeof podWith>[], now = nowMs) {
  const plan = jobPlan(job, pods, { counts: countPods(job, pods), nowMs: now });
  if (plan.kind === "run")
    return { kind: "run", create: plan.create.length, remove: plan.remove.length, againInMs: plan.againInMs };
  return plan.kind === "end"
    ? { kind: "end", reason: plan.end.reason, remove: plan.remove.length }
    : { kind: plan.kind, remove: plan.remove.length };
}
const run = (create: number, remove = 0, againInMs?: number) => ({ kind: "run", create, remove, againInMs });

test.each<[string, Job, ReturnType<typeof podWith>[], unknown]>([
  ["starts as many as may run at once", jobOf(), [], run(2)],
  ["never more than are still wanted", jobOf({}, { succeeded: 2 }), [], run(1)],
  ["replaces one that has succeeded", jobOf(), [jobPod("a", "Succeeded"), jobPod("b", "Running")], run(1)],
  ["waits after a failure", jobOf(), [jobPod("a", "Failed"), jobPod("b", "Running")], run(0, 0, 5000)],
  [
    "ends when enough have succeeded",
    jobOf({}, { succeeded: 2 }),
    [jobPod("a", "Succeeded")],
    { kind: "end", reason: "CompletionsReached", remove: 0 },
  ],
  [
    "gives up past the back-off limit, and takes the others along",
    jobOf({}, { failed: 2 }),
    [jobPod("a", "Failed"), jobPod("b", "Running")],
    { kind: "end", reason: "BackoffLimitExceeded", remove: 1 },
  ],
  [
    "gives up at its deadline",
    jobOf({ activeDeadlineSeconds: 60 }, { startTime: "2026-01-01T00:09:00Z" }),
    [jobPod("a", "Running")],
    { kind: "end", reason: "DeadlineExceeded", remove: 1 },
  ],
  ["suspended, it stops what runs", jobOf({ suspend: true }), [jobPod("a", "Running")], { kind: "suspend", remove: 1 }],
  [
    "less parallelism stops some",
    jobOf({ parallelism: 1 }),
    [jobPod("a", "Running"), jobPod("b", "Running")],
    run(0, 1),
  ],
  [
    "a work queue starts no more once one has succeeded",
    workQueue,
    [jobPod("a", "Succeeded"), jobPod("b", "Running")],
    run(0),
  ],
  [
    "a pod that goes is replaced at once",
    jobOf({ parallelism: 1, backoffLimit: 6 }),
    [podWith({ metadata: { name: "a", finalizers, ...deleted } })],
    run(1),
  ],
  [
    "or when it is gone, if the policy says so",
    jobOf({ parallelism: 1, podReplacementPolicy: "Failed" }),
    [podWith({ metadata: { name: "a", finalizers, ...deleted } })],
    run(0),
  ],
])("%s", (_, job, pods, expected) => {
  expect(planOf(job, pods)).toEqual(expected);
});

test("indexes that are done or running are not started again; a second pod of an index goes", () => {
  const job = jobOf({ completionMode: "Indexed", completions: 5, parallelism: 4 });
  const pods = [jobPod("a", "Succeeded", 0), jobPod("b", "Running", 2), jobPod("c", "Running", 2)];
  const plan = jobPlan(job, pods, { counts: countPods(job, pods), nowMs });
  expect(plan).toMatchObject({ create: [1, 3], remove: [{ metadata: { name: "c" } }] });
});

test("each pod is counted once: first by uid, then in the counter", () => {
  const first = countPods(jobOf(), [jobPod("a", "Succeeded"), jobPod("b", "Failed")]);
  expect(first.status).toMatchObject({ uncountedTerminatedPods: { succeeded: ["a"], failed: ["b"] } });
  expect(first.status.succeeded).toBeUndefined();
  expect(first.toRelease.map(({ metadata }) => metadata.name)).toEqual(["a", "b"]);
  const again = countPods(jobOf({}, first.status), [jobPod("a", "Succeeded"), jobPod("b", "Failed")]);
  expect(again.succeeded).toBe(1);
  const released = countPods(jobOf({}, first.status), [
    podWith({ metadata: { name: "a", finalizers: [] }, status: { phase: "Succeeded" } }),
  ]);
  expect(released.status).toMatchObject({ succeeded: 1, failed: 1, uncountedTerminatedPods: {} });
});

test("a job is finished only when no pod of it is left running", () => {
  const job = jobOf({}, { succeeded: 3 });
  const settle = (pods: ReturnType<typeof podWith>[]) => {
    const counts = countPods(job, pods);
    return { ...job, status: jobStatus({ counts, plan: jobPlan(job, pods, { counts, nowMs }), nowMs }) };
  };
  const ending = settle([jobPod("a", "Running")]);
  expect(isFinished(ending)).toBe(false);
  expect(conditionOf(ending.status.conditions, "SuccessCriteriaMet")?.status).toBe("True");
  const ended = settle([]);
  expect(isFinished(ended)).toBe(true);
  expect(ended.status.completionTime).toBe("2026-01-01T00:10:00Z");
});

test("suspending takes the start time away, resuming sets it anew", () => {
  const job = jobOf({ suspend: true }, { startTime: "2026-01-01T00:00:00Z" });
  const counts = countPods(job, []);
  const suspended = jobStatus({ counts, plan: { kind: "suspend", remove: [] }, nowMs });
  expect(suspended.startTime).toBeUndefined();
  const resumed = jobStatus({
    counts: countPods(jobOf({}, suspended), []),
    plan: { kind: "run", remove: [], create: [] },
    nowMs,
  });
  expect(resumed.startTime).toBe("2026-01-01T00:10:00Z");
  expect(conditionOf(resumed.conditions, "Suspended")).toMatchObject({ status: "False", reason: "JobResumed" });
});

test("an indexed pod knows its index", () => {
  const pod = newJobPod(jobOf({ completionMode: "Indexed" }), 2);
  expect(pod.metadata).toMatchObject({
    generateName: "j-2-",
    finalizers,
    annotations: { "batch.kubernetes.io/job-completion-index": "2" },
  });
  expect(pod.spec).toMatchObject({ hostname: "j-2", containers: [{ env: [{ name: "JOB_COMPLETION_INDEX" }] }] });
});
