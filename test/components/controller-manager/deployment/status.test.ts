import { expect, test } from "vitest";
import { deploymentStatus, withProgress } from "../../../../src/components/controller-manager/deployment/status.ts";
import { conditionOf } from "../../../../src/kube/conditions.ts";
import type { Deployment } from "../../../../src/kube/kinds/workloads.ts";
import { deploymentOf, setOf } from "./fixtures.ts";

const start = Date.parse("2026-01-01T00:00:00Z");

type Sets = { now?: [number, number]; old?: number; isNew?: boolean };

function progress(deployment: Deployment, sets: Sets, nowMs = start) {
  const current = sets.now ? setOf("new", sets.now[0], { available: sets.now[1] }) : undefined;
  const all = [...(current ? [current] : []), ...(sets.old === undefined ? [] : [setOf("old", sets.old)])];
  const status = deploymentStatus(deployment, { all, current }, nowMs);
  return withProgress(deployment, { all, current, isNew: sets.isNew ?? false }, { status, nowMs });
}

test("the counts leave zeros out", () => {
  expect(progress(deploymentOf(3), { now: [3, 1] })).toMatchObject({
    observedGeneration: 1,
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 1,
    availableReplicas: 1,
    unavailableReplicas: 2,
  });
  expect(progress(deploymentOf(0), { now: [0, 0] })).not.toHaveProperty("replicas");
});

test.each([
  [3, "MinimumReplicasAvailable"],
  [2, "MinimumReplicasUnavailable"],
])("%i of 3 available with no unavailability allowed", (available, reason) => {
  const strategy = { type: "RollingUpdate" as const, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
  const { conditions } = progress(deploymentOf(3, { strategy }), { now: [3, available] });
  expect(conditionOf(conditions, "Available")?.reason).toBe(reason);
});

test("a rollout is told from its start over its progress to its end", () => {
  const status = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
  const created = progress(deploymentOf(2, {}, { status }), { now: [0, 0], old: 2, isNew: true });
  expect(conditionOf(created.conditions, "Progressing")).toMatchObject({
    reason: "NewReplicaSetCreated",
    message: 'Created new replica set "new"',
  });
  const moving = progress(deploymentOf(2, {}, { status: created }), { now: [1, 0], old: 2 });
  expect(conditionOf(moving.conditions, "Progressing")?.reason).toBe("ReplicaSetUpdated");
  const done = progress(deploymentOf(2, {}, { status: moving }), { now: [2, 2], old: 0 });
  expect(conditionOf(done.conditions, "Progressing")).toMatchObject({
    status: "True",
    reason: "NewReplicaSetAvailable",
  });
});

test("of a set that was there before, the first look tells", () => {
  const { conditions } = progress(deploymentOf(2), { now: [0, 0] });
  expect(conditionOf(conditions, "Progressing")).toMatchObject({
    status: "True",
    reason: "FoundNewReplicaSet",
    message: 'Found new replica set "new"',
  });
});

test("a rollout that doesn't move for its deadline has failed, until it moves again", () => {
  const moving = progress(deploymentOf(2), { now: [1, 0], old: 2 });
  const stuck = deploymentOf(2, {}, { status: moving });
  const before = progress(stuck, { now: [1, 0], old: 2 }, start + 599_000);
  expect(conditionOf(before.conditions, "Progressing")?.status).toBe("True");
  const after = progress(stuck, { now: [1, 0], old: 2 }, start + 601_000);
  expect(conditionOf(after.conditions, "Progressing")).toMatchObject({
    status: "False",
    reason: "ProgressDeadlineExceeded",
  });
  const again = progress(deploymentOf(2, {}, { status: after }), { now: [1, 1], old: 2 }, start + 700_000);
  expect(conditionOf(again.conditions, "Progressing")?.status).toBe("True");
});

test("scaling a finished deployment is no rollout", () => {
  const done = progress(deploymentOf(2, {}, { status: progress(deploymentOf(2), { now: [2, 0] }) }), { now: [2, 2] });
  const scaling = progress(deploymentOf(5, {}, { status: done }), { now: [5, 2] });
  expect(conditionOf(scaling.conditions, "Progressing")?.reason).toBe("NewReplicaSetAvailable");
});
