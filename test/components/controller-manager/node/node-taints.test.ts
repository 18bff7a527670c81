import { expect, test } from "vitest";
import {
  withConditionTaints,
  withEvictionTaint,
  withoutEvictionTaint,
} from "../../../../src/components/controller-manager/node/node-taints.ts";
import type { Node, NodeSpec } from "../../../../src/kube/kinds/node.ts";

const node = (conditions: Record<string, string>, spec: NodeSpec = {}): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "n1" },
  spec,
  status: { conditions: Object.entries(conditions).map(([type, status]) => ({ type, status })) },
});
const keys = (taints: { key: string; effect: string }[]) =>
  taints.map(({ key, effect }) => `${key.split("/").at(-1)}:${effect}`);

test.each<[string, Node, string[]]>([
  ["well", node({ Ready: "True", MemoryPressure: "False" }), []],
  ["not ready", node({ Ready: "False" }), ["not-ready:NoSchedule"]],
  ["silent", node({ Ready: "Unknown" }), ["unreachable:NoSchedule"]],
  [
    "out of memory and disk",
    node({ Ready: "True", MemoryPressure: "True", DiskPressure: "True" }),
    ["memory-pressure:NoSchedule", "disk-pressure:NoSchedule"],
  ],
  ["cordoned", node({ Ready: "True" }, { unschedulable: true }), ["unschedulable:NoSchedule"]],
  [
    "well again",
    node({ Ready: "True" }, { taints: [{ key: "node.kubernetes.io/not-ready", effect: "NoSchedule" }] }),
    [],
  ],
  [
    "foreign taints stay",
    node({ Ready: "True" }, { taints: [{ key: "dedicated", effect: "NoSchedule" }] }),
    ["dedicated:NoSchedule"],
  ],
])("%s", (_, one, expected) => {
  expect(keys(withConditionTaints(one, "now"))).toEqual(expected);
});

test("the taint that evicts follows the node's readiness and goes with it", () => {
  const silent = withEvictionTaint([], node({ Ready: "Unknown" }), "t1");
  expect(silent).toEqual([{ key: "node.kubernetes.io/unreachable", effect: "NoExecute", timeAdded: "t1" }]);
  expect(withEvictionTaint(silent, node({ Ready: "Unknown" }), "t2")).toEqual(silent);
  expect(keys(withEvictionTaint(silent, node({ Ready: "False" }), "t2"))).toEqual(["not-ready:NoExecute"]);
  expect(withoutEvictionTaint(silent)).toEqual([]);
});
