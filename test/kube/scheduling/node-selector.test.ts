import { expect, test } from "vitest";
import type { NodeSelectorTerm } from "../../../src/kube/kinds/affinity.ts";
import { matchesNodeAffinity, matchesNodeTerm } from "../../../src/kube/scheduling/node-selector.ts";

const node = { apiVersion: "v1", kind: "Node", metadata: { name: "n1", labels: { zone: "a", cores: "8" } } };

test.each<[string, NodeSelectorTerm, boolean]>([
  ["an empty term matches nothing", {}, false],
  ["In", { matchExpressions: [{ key: "zone", operator: "In", values: ["a", "b"] }] }, true],
  ["NotIn", { matchExpressions: [{ key: "zone", operator: "NotIn", values: ["a"] }] }, false],
  ["Exists", { matchExpressions: [{ key: "zone", operator: "Exists" }] }, true],
  ["DoesNotExist", { matchExpressions: [{ key: "gpu", operator: "DoesNotExist" }] }, true],
  ["Gt", { matchExpressions: [{ key: "cores", operator: "Gt", values: ["4"] }] }, true],
  ["Lt", { matchExpressions: [{ key: "cores", operator: "Lt", values: ["4"] }] }, false],
  ["Gt of no number", { matchExpressions: [{ key: "zone", operator: "Gt", values: ["4"] }] }, false],
  ["the node's name", { matchFields: [{ key: "metadata.name", operator: "In", values: ["n1"] }] }, true],
  [
    "both kinds must hold",
    {
      matchExpressions: [{ key: "zone", operator: "Exists" }],
      matchFields: [{ key: "metadata.name", operator: "In", values: ["n2"] }],
    },
    false,
  ],
])("%s", (_, term, expected) => {
  expect(matchesNodeTerm(term, node)).toBe(expected);
});

test("nodeSelector and affinity both must hold; terms are alternatives", () => {
  const terms = [
    { matchExpressions: [{ key: "gpu", operator: "Exists" as const }] },
    { matchExpressions: [{ key: "zone", operator: "Exists" as const }] },
  ];
  const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } };
  const spec = { containers: [], affinity };
  expect(matchesNodeAffinity({ spec }, node)).toBe(true);
  expect(matchesNodeAffinity({ spec: { ...spec, nodeSelector: { zone: "b" } } }, node)).toBe(false);
});
