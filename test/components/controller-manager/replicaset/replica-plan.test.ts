import { expect, test } from "vitest";
import { replicaPlan } from "../../../../src/components/controller-manager/replicaset/replica-plan.ts";
import { notReady, podWith } from "../pod.ts";

const pods = (count: number) =>
  Array.from({ length: count }, (_, index) => podWith({ metadata: { name: `p${index}` } }));
const view = (related = pods(0)) => ({ related, nowMs: Date.parse("2026-01-01T01:00:00Z") });

test.each([
  [3, 3, { kind: "none" }],
  [3, 1, { kind: "create", count: 2 }],
  [1000, 0, { kind: "create", count: 500 }],
])("%i wanted, %i there", (wanted, there, expected) => {
  expect(replicaPlan(wanted, pods(there), view())).toEqual(expected);
});

test("surplus pods that are not ready go first", () => {
  const sick = podWith({ metadata: { name: "sick" }, status: notReady });
  const plan = replicaPlan(2, [...pods(2), sick], view());
  expect(plan).toMatchObject({ kind: "delete", pods: [{ metadata: { name: "sick" } }] });
});
