import { expect, test } from "vitest";
import {
  limitsOf,
  newReplicaSetOf,
  oldReplicaSetsOf,
} from "../../../../src/components/controller-manager/deployment/replica-sets.ts";
import { deploymentOf, setOf } from "./fixtures.ts";

test.each([
  [10, "25%", "25%", { maxSurge: 3, maxUnavailable: 2 }],
  [1, "25%", "25%", { maxSurge: 1, maxUnavailable: 0 }],
  [4, 0, "10%", { maxSurge: 0, maxUnavailable: 1 }],
  [2, 1, 5, { maxSurge: 1, maxUnavailable: 2 }],
])("%i replicas, surge %s, unavailable %s", (replicas, maxSurge, maxUnavailable, expected) => {
  const strategy = { type: "RollingUpdate" as const, rollingUpdate: { maxSurge, maxUnavailable } };
  expect(limitsOf(deploymentOf(replicas, { strategy }))).toEqual(expected);
});

test("Recreate has no limits to keep", () => {
  expect(limitsOf(deploymentOf(3, { strategy: { type: "Recreate" } }))).toEqual({ maxSurge: 0, maxUnavailable: 0 });
});

test("the current set is the one with the same template, but for the hash label", () => {
  const current = setOf("new", 1);
  current.spec.template.metadata = { labels: { app: "web", "pod-template-hash": "abc" } };
  const sets = [setOf("older", 1), current];
  expect(newReplicaSetOf(deploymentOf(1), sets)?.metadata.name).toBe("new");
  expect(oldReplicaSetsOf(sets, current).map(({ metadata }) => metadata.name)).toEqual(["older"]);
});
