import { expect, test } from "vitest";
import { expiryOf } from "../../../../src/components/controller-manager/ttl/ttl-after-finished-controller.ts";
import type { Job } from "../../../../src/kube/kinds/job.ts";

const job = (ttlSecondsAfterFinished: number | undefined, type?: string): Job => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "j" },
  spec: {
    template: { spec: { containers: [] } },
    ...(ttlSecondsAfterFinished === undefined ? {} : { ttlSecondsAfterFinished }),
  },
  status: { conditions: type ? [{ type, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" }] : [] },
});

test.each([
  ["a finished job goes after its time", job(60, "Complete"), Date.parse("2026-01-01T00:01:00Z")],
  ["a failed one too", job(0, "Failed"), Date.parse("2026-01-01T00:00:00Z")],
  ["one that runs stays", job(60), undefined],
  ["one without a time stays", job(undefined, "Complete"), undefined],
])("%s", (_, one, expected) => {
  expect(expiryOf(one)).toBe(expected);
});
