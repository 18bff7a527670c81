import { expect, test } from "vitest";
import { claimOf } from "../../../../src/components/controller-manager/framework/claim.ts";
import { controllerReference } from "../../../../src/kube/owner.ts";
import { deleted, podWith } from "../pod.ts";

const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name: "web", uid: "u1" } };
const going = { ...owner, metadata: { ...owner.metadata, ...deleted } };
const own = podWith({ metadata: { ownerReferences: [controllerReference(owner)] } });
const foreign = podWith({ metadata: { ownerReferences: [{ ...controllerReference(owner), uid: "u2" }] } });
const orphan = podWith();

test.each([
  ["its own that matches is owned", owner, own, true, "owned"],
  ["its own that matches no longer is released", owner, own, false, "release"],
  ["an owner that goes releases nothing", going, own, false, "owned"],
  ["another's is left", owner, foreign, true, "leave"],
  ["a matching orphan is adopted", owner, orphan, true, "adopt"],
  ["another orphan is left", owner, orphan, false, "leave"],
  ["an owner that goes adopts nothing", going, orphan, true, "leave"],
  ["an orphan that goes is left", owner, podWith({ metadata: deleted }), true, "leave"],
])("%s", (_, ...[by, candidate, matches, expected]) => {
  expect(claimOf(by, candidate, matches)).toBe(expected);
});
