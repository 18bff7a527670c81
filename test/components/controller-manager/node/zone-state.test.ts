import { expect, test } from "vitest";
import {
  evictionRate,
  isCutOff,
  zoneState,
  zonesOf,
} from "../../../../src/components/controller-manager/node/zone-state.ts";
import type { Node } from "../../../../src/kube/kinds/node.ts";

const node = (zone: string, ready: boolean, labels: Record<string, string> = {}): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "n", labels: { "topology.kubernetes.io/zone": zone, ...labels } },
  status: { conditions: [{ type: "Ready", status: ready ? "True" : "Unknown" }] },
});
const nodes = (count: number, zone: string, ready: boolean) => Array.from({ length: count }, () => node(zone, ready));

test.each([
  [3, 0, "normal"],
  [1, 1, "normal"],
  [2, 2, "normal"],
  [2, 3, "partial"],
  [0, 3, "full"],
  [0, 0, "normal"],
])("%i ready and %i not: %s", (ready, notReady, expected) => {
  expect(zoneState(ready, notReady, 0.55)).toBe(expected);
});

test("the threshold of a partial disruption is a flag", () => {
  expect([zoneState(6, 4, 0.55), zoneState(6, 4, 0.4)]).toEqual(["normal", "partial"]);
});

test("zones are told apart by their labels, and excluded nodes count in none", () => {
  const all = [
    ...nodes(2, "a", true),
    ...nodes(3, "b", false),
    node("a", false, { "node.kubernetes.io/exclude-disruption": "" }),
  ];
  expect(zonesOf(all, 0.55).map(({ name, nodes: { length }, state }) => [name, length, state])).toEqual([
    [":a", 2, "normal"],
    [":b", 3, "full"],
  ]);
});

test.each([
  ["one zone of two is down", [...nodes(2, "a", true), ...nodes(2, "b", false)], false],
  ["both are", [...nodes(2, "a", false), ...nodes(2, "b", false)], true],
  ["the only node is", nodes(1, "", false), true],
  ["there is no node", [], false],
])("the control plane is cut off when %s: %#", (_, all, expected) => {
  expect(isCutOff(zonesOf(all, 0.55))).toBe(expected);
});

test.each<[string, Node[], number]>([
  ["a normal zone goes at the rate of the flag", [...nodes(5, "", true), node("", false)], 0.1],
  ["one that is wholly down too", nodes(3, "", false), 0.1],
  ["a small one that is partly down stops", [...nodes(1, "", true), ...nodes(3, "", false)], 0],
  ["a large one that is partly down goes slowly", [...nodes(20, "", true), ...nodes(31, "", false)], 0.01],
])("%s", (_, all, expected) => {
  const options = {
    "node-eviction-rate": 0.1,
    "secondary-node-eviction-rate": 0.01,
    "large-cluster-size-threshold": 50,
  };
  const [zone] = zonesOf(all, 0.55);
  expect(zone && evictionRate(zone, options)).toBe(expected);
});
