import { expect, test } from "vitest";
import { disruptionStatus } from "../../../../src/components/controller-manager/disruption/disruption-status.ts";
import type { PodDisruptionBudget } from "../../../../src/kube/kinds/policy.ts";
import { deleted, notReady, podWith } from "../pod.ts";

const nowMs = Date.parse("2026-01-01T01:00:00Z");
const budget = (spec: PodDisruptionBudget["spec"], status?: PodDisruptionBudget["status"]): PodDisruptionBudget => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: "b", generation: 1 },
  spec,
  ...(status ? { status } : {}),
});
const healthy = (count: number) =>
  Array.from({ length: count }, (_, index) => podWith({ metadata: { name: `p${index}` } }));
const known = (count: number) => ({ kind: "known" as const, count });
const unknown = { kind: "unknown" as const, why: "no controller" };

test.each<
  [string, PodDisruptionBudget["spec"], number, Parameters<typeof disruptionStatus>[2]["expected"], [number, number]]
>([
  ["a minimum as a number", { minAvailable: 2 }, 3, known(3), [1, 2]],
  ["a minimum as a share", { minAvailable: "50%" }, 3, known(3), [1, 2]],
  ["a maximum as a number", { maxUnavailable: 1 }, 3, known(3), [1, 2]],
  ["a maximum as a share of what is wanted", { maxUnavailable: "50%" }, 3, known(4), [1, 2]],
  ["nothing to spare", { minAvailable: 3 }, 3, known(3), [0, 3]],
  ["owners that nobody knows allow nothing", { maxUnavailable: 1 }, 3, unknown, [0, 0]],
])("%s", (_, ...[spec, pods, expected, [allowed, desired]]) => {
  expect(disruptionStatus(budget(spec), healthy(pods), { expected, nowMs })).toMatchObject({
    disruptionsAllowed: allowed,
    desiredHealthy: desired,
    currentHealthy: pods,
  });
});

test("pods that are not ready, that go, or whose eviction was granted are not healthy", () => {
  const status = {
    disruptionsAllowed: 1,
    currentHealthy: 4,
    desiredHealthy: 1,
    expectedPods: 4,
    disruptedPods: { p1: "2026-01-01T00:59:00Z", gone: "2026-01-01T00:59:00Z" },
  };
  const pods = [
    ...healthy(2),
    podWith({ metadata: { name: "sick" }, status: notReady }),
    podWith({ metadata: { name: "goes", ...deleted } }),
  ];
  const next = disruptionStatus(budget({ minAvailable: 1 }, status), pods, { expected: known(4), nowMs });
  expect(next).toMatchObject({
    currentHealthy: 1,
    disruptionsAllowed: 0,
    disruptedPods: { p1: "2026-01-01T00:59:00Z" },
  });
  expect(Object.keys(next.disruptedPods ?? {})).toEqual(["p1"]);
});

test("an eviction that never happened is forgotten after two minutes", () => {
  const status = {
    disruptionsAllowed: 0,
    currentHealthy: 1,
    desiredHealthy: 1,
    expectedPods: 2,
    disruptedPods: { p1: "2026-01-01T00:57:00Z" },
  };
  expect(
    disruptionStatus(budget({ minAvailable: 1 }, status), healthy(2), { expected: known(2), nowMs }),
  ).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1 });
});
