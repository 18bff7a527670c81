import { expect, test } from "vitest";
import { controllerOf, controllerReference, isControlledBy } from "../../src/kube/owner.ts";

const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name: "web", uid: "u1" } };

test("a reference makes its owner the controller", () => {
  const reference = controllerReference(owner);
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { ownerReferences: [reference] } };
  expect(reference).toEqual({
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    name: "web",
    uid: "u1",
    controller: true,
    blockOwnerDeletion: true,
  });
  expect(isControlledBy(pod, owner)).toBe(true);
});

test("an owner that is no controller controls nothing", () => {
  const { controller: _, ...plain } = controllerReference(owner);
  expect(controllerOf({ ownerReferences: [plain] })).toBeUndefined();
});
