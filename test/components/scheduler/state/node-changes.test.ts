import { expect, test } from "vitest";
import { nodeChanges } from "../../../../src/components/scheduler/state/node-changes.ts";
import { nodeOf } from "../cluster.ts";

test.each([
  ["a heartbeat", { ...nodeOf("n1"), status: { ...nodeOf("n1").status, conditions: [] } }, []],
  ["more to give", nodeOf("n1", { allocatable: { cpu: "8" } }), ["NodeAllocatable"]],
  ["another label", nodeOf("n1", { labels: { a: "b" } }), ["NodeLabels"]],
  ["a taint", nodeOf("n1", { taints: [{ key: "k", effect: "NoSchedule" }] }), ["NodeTaints"]],
  ["a cordon", nodeOf("n1", { unschedulable: true }), ["NodeTaints"]],
])("%s", (_, node, expected) => {
  expect(nodeChanges(nodeOf("n1"), node)).toEqual(expected);
});
