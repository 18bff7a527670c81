import { expect, test } from "vitest";
import {
  isEmpty,
  namespaceConditions,
  type Remains,
} from "../../../../src/components/controller-manager/namespace/namespace-conditions.ts";
import { conditionOf } from "../../../../src/kube/conditions.ts";

const none: Remains = { undiscovered: [], failures: [], counts: new Map(), finalizers: new Map() };

test("an empty namespace says so in five conditions", () => {
  expect(isEmpty(none)).toBe(true);
  const conditions = namespaceConditions(undefined, none, 0);
  expect(conditions).toHaveLength(5);
  expect(conditions.every(({ status }) => status === "False")).toBe(true);
});

test("what remains is counted, with the finalizers that hold it", () => {
  const remains = {
    ...none,
    counts: new Map([
      ["pods.", 2],
      ["widgets.example.com", 1],
    ]),
    finalizers: new Map([["example.com/f", 1]]),
  };
  expect(isEmpty(remains)).toBe(false);
  const conditions = namespaceConditions(undefined, remains, 0);
  expect(conditionOf(conditions, "NamespaceContentRemaining")).toMatchObject({
    status: "True",
    reason: "SomeResourcesRemain",
    message:
      "Some resources are remaining: pods. has 2 resource instances, widgets.example.com has 1 resource instances",
  });
  expect(conditionOf(conditions, "NamespaceFinalizersRemaining")?.message).toContain(
    "example.com/f in 1 resource instances",
  );
});

test("groups that don't answer keep the namespace", () => {
  const remains = { ...none, undiscovered: ["metrics.k8s.io/v1"] };
  expect(isEmpty(remains)).toBe(false);
  expect(
    conditionOf(namespaceConditions(undefined, remains, 0), "NamespaceDeletionDiscoveryFailure")?.message,
  ).toContain("metrics.k8s.io/v1");
});
