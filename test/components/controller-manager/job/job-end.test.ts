import { expect, test } from "vitest";
import { countPods } from "../../../../src/components/controller-manager/job/job-counts.ts";
import { endOf } from "../../../../src/components/controller-manager/job/job-end.ts";
import { unheededPolicy } from "../../../../src/components/controller-manager/job/unheeded-policy.ts";
import type { Job } from "../../../../src/kube/kinds/job.ts";

const nowMs = Date.parse("2026-01-01T00:10:00Z");
const template = { spec: { containers: [{ name: "c" }], restartPolicy: "Never" as const } };

function jobOf(spec: Partial<Job["spec"]>, status: Job["status"] = {}): Job {
  const metadata = { name: "j", namespace: "x", uid: "j1" };
  const shape = { completions: 5, completionMode: "Indexed" as const, template };
  return { apiVersion: "batch/v1", kind: "Job", metadata, spec: { ...shape, ...spec }, status };
}
const end = (job: Job) => endOf(job, [], { counts: countPods(job, []), nowMs });

test.each([
  ["all of the indexes that a rule names", [{ succeededIndexes: "0,2-3" }], "0,2-3", "Matched rules at index 0"],
  ["not all of them", [{ succeededIndexes: "0,2-3" }], "0,2", undefined],
  ["so many of those it names", [{ succeededIndexes: "0-3", succeededCount: 2 }], "1,3", "Matched rules at index 0"],
  ["so many, but others", [{ succeededIndexes: "0-1", succeededCount: 2 }], "1,3", undefined],
  ["so many of any", [{ succeededIndexes: "4" }, { succeededCount: 2 }], "1,3", "Matched rules at index 1"],
  ["none at all", [{ succeededCount: 1 }], "", undefined],
])("successPolicy, when there succeeded %s", (_, rules, completedIndexes, message) => {
  const found = end(jobOf({ successPolicy: { rules } }, { completedIndexes }));
  expect(found).toEqual(message && { type: "Complete", reason: "SuccessPolicy", message });
});

test("what was decided stays, whatever is found later", () => {
  const decided = { type: "SuccessCriteriaMet", status: "True", reason: "SuccessPolicy", message: "Matched" };
  const job = jobOf({ backoffLimit: 0 }, { failed: 3, conditions: [decided] });
  expect(end(job)).toEqual({ type: "Complete", reason: "SuccessPolicy", message: "Matched" });
});

test("a podFailurePolicy is told of when the job is new, and only then", () => {
  const policy = { podFailurePolicy: { rules: [] } };
  expect(unheededPolicy(jobOf(policy))).toMatchObject({ type: "Warning", reason: "PodFailurePolicyNotSupported" });
  expect(unheededPolicy(jobOf(policy, { startTime: "2026-01-01T00:00:00Z" }))).toBeUndefined();
  expect(unheededPolicy(jobOf({}))).toBeUndefined();
});
