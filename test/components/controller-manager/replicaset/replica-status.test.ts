import { expect, test } from "vitest";
import { replicaStatus } from "../../../../src/components/controller-manager/replicaset/replica-status.ts";
import { notReady, podWith } from "../pod.ts";

const nowMs = Date.parse("2026-01-01T00:01:00Z");
const facts = {
  old: undefined,
  generation: 2,
  templateLabels: { app: "web" },
  minReadySeconds: 0,
  terminating: 0,
  nowMs,
};

test("counts what is labelled, ready and available; zero counts are left out", () => {
  const active = [podWith({ metadata: { labels: { app: "web", more: "1" } } }), podWith({ status: notReady })];
  expect(replicaStatus({ ...facts, active })).toEqual({
    replicas: 2,
    fullyLabeledReplicas: 1,
    readyReplicas: 1,
    availableReplicas: 1,
    terminatingReplicas: 0,
    observedGeneration: 2,
  });
});

test("a ready pod is available only after minReadySeconds", () => {
  expect(replicaStatus({ ...facts, minReadySeconds: 51, active: [podWith()] }).availableReplicas).toBeUndefined();
  expect(replicaStatus({ ...facts, minReadySeconds: 50, active: [podWith()] }).availableReplicas).toBe(1);
});

test("a failure is told, and forgotten when there is none", () => {
  const failed = replicaStatus({
    ...facts,
    active: [],
    failure: { reason: "FailedCreate", thrown: new Error("quota\nmore") },
  });
  expect(failed.conditions).toEqual([
    {
      type: "ReplicaFailure",
      status: "True",
      reason: "FailedCreate",
      message: "quota",
      lastTransitionTime: "2026-01-01T00:01:00Z",
    },
  ]);
  expect(replicaStatus({ ...facts, old: failed, active: [] }).conditions).toBeUndefined();
});
