import { expect, test } from "vitest";
import { controllerOf, controllerReference } from "../../src/kube/owner.ts";

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
  expect(controllerOf(pod.metadata)?.uid).toBe("u1");
});

test("an owner that is no controller controls nothing", () => {
  const { controller: _, ...plain } = controllerReference(owner);
  expect(controllerOf({ ownerReferences: [plain] })).toBeUndefined();
});
