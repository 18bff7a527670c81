import { expect, test } from "vitest";
import { countPods } from "../../../../src/components/controller-manager/job/job-counts.ts";
import { jobPlan } from "../../../../src/components/controller-manager/job/job-plan.ts";
import { newJobPod } from "../../../../src/components/controller-manager/job/job-pod.ts";
import { jobStatus } from "../../../../src/components/controller-manager/job/job-status.ts";
import type { Job } from "../../../../src/kube/kinds/job.ts";
import type { Pod } from "../../../../src/kube/kinds/pod.ts";
import { podWith } from "../pod.ts";

const nowMs = Date.parse("2026-01-01T00:10:00Z");

function indexedJob(spec: Partial<Job["spec"]> = {}, status: Job["status"] = {}): Job {
  const template = { spec: { containers: [{ name: "c" }], restartPolicy: "Never" as const } };
  const limits = { backoffLimit: 2 ** 31 - 1, backoffLimitPerIndex: 1, completionMode: "Indexed" as const };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "j", namespace: "x", uid: "j1" },
    spec: { completions: 3, parallelism: 3, template, ...limits, ...spec },
    status,
  };
}

/** A pod as the controller makes it for the job, after it ended long enough ago (or so many seconds before now). */
function podOf(
  job: Job,
  { index, phase, after, endedAgo = 60 }: { index: number; phase: string; after?: Pod; endedAgo?: number },
): Pod {
  const { metadata } = newJobPod(job, index, after);
  const finishedAt = new Date(nowMs - endedAgo * 1000).toISOString();
  return podWith({
    metadata: { ...metadata, name: `${index}-${after ? `${after.metadata.name}+` : phase}` },
    status: {
      phase: phase as "Failed",
      containerStatuses: phase === "Running" ? [] : [{ name: "c", state: { terminated: { exitCode: 1, finishedAt } } }],
    },
  });
}

function pass(job: Job, pods: readonly Pod[]) {
  const counts = countPods(job, pods);
  const plan = jobPlan(job, pods, { counts, nowMs });
  return { counts, plan, status: jobStatus({ counts, plan, nowMs }) };
}

test("an index that fails stays uncounted until its replacement knows of the failure", () => {
  const job = indexedJob();
  const failed = podOf(job, { index: 1, phase: "Failed" });
  const others = [0, 2].map((index) => podOf(job, { index, phase: "Running" }));
  const before = pass(job, [failed, ...others]);
  expect(before.counts.toRelease).toEqual([]);
  expect(before.status).toMatchObject({ failedIndexes: "", uncountedTerminatedPods: {} });
  expect(before.plan).toMatchObject({ kind: "run", create: [1] });

  const replacement = podOf(job, { index: 1, phase: "Running", after: failed });
  expect(replacement.metadata.annotations?.["batch.kubernetes.io/job-index-failure-count"]).toBe("1");
  const after = pass(job, [failed, replacement, ...others]);
  expect(after.counts.toRelease).toEqual([failed]);
});

test("past its limit an index is given up while the others go on", () => {
  const job = indexedJob();
  const again = podOf(job, { index: 1, phase: "Failed", after: podOf(job, { index: 1, phase: "Failed" }) });
  const { plan, status, counts } = pass(job, [again, podOf(job, { index: 0, phase: "Running" })]);
  expect(plan).toMatchObject({ kind: "run", create: [2] });
  expect(status.failedIndexes).toBe("1");
  expect(counts.toRelease).toEqual([again]);
});

test("each index waits for its own back-off", () => {
  const job = indexedJob();
  const pods = [
    podOf(job, { index: 0, phase: "Failed", endedAgo: 4 }),
    podOf(job, { index: 1, phase: "Failed", endedAgo: 30 }),
  ];
  expect(pass(job, pods).plan).toMatchObject({ create: [1, 2], againInMs: 6000 });
});

test.each<[string, Partial<Job["spec"]>, Job["status"], unknown]>([
  ["every index has ended, some in failure", {}, { failedIndexes: "1", completedIndexes: "0,2" }, "FailedIndexes"],
  ["more have failed than may", { maxFailedIndexes: 1 }, { failedIndexes: "0,1" }, "MaxFailedIndexesExceeded"],
])("the job fails when %s", (_, spec, status, reason) => {
  expect(pass(indexedJob(spec, status), []).plan).toMatchObject({ kind: "end", end: { type: "Failed", reason } });
});

test("as many as may fail do not end the job", () => {
  expect(pass(indexedJob({ maxFailedIndexes: 1 }, { failedIndexes: "0" }), []).plan).toMatchObject({ create: [1, 2] });
});

test("a job that ends counts the pods that still waited for a replacement", () => {
  const job = indexedJob({ maxFailedIndexes: 0 }, { failedIndexes: "0" });
  const waiting = podOf(job, { index: 1, phase: "Failed", endedAgo: 1 });
  const decided = pass(job, [waiting]);
  expect(decided.status.conditions?.map(({ type }) => type)).toEqual(["FailureTarget"]);
  const counted = pass({ ...job, status: decided.status }, [waiting]);
  expect(counted.status.uncountedTerminatedPods?.failed).toEqual([waiting.metadata.uid]);
  const ended = pass({ ...job, status: counted.status }, []);
  expect(ended.status).toMatchObject({ failed: 1, conditions: [{ type: "FailureTarget" }, { type: "Failed" }] });
});
