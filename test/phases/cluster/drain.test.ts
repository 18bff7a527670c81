import { describe, expect, it } from "vitest";
import { isMovable } from "../../../src/phases/cluster/drain.ts";

const pod = (metadata: object = {}, phase = "Running") => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", namespace: "default", ...metadata },
  status: { phase },
});
const owner = (kind: string, controller: boolean) => ({
  ownerReferences: [{ apiVersion: "apps/v1", kind, name: "o", uid: "u", controller }],
});

describe("what a drain waits for", () => {
  it.each([
    ["a pod of a ReplicaSet", pod(owner("ReplicaSet", true)), true],
    ["a pod of nobody", pod(), true],
    ["a pod that waits to start", pod({}, "Pending"), true],
    ["a pod that only mentions a DaemonSet", pod(owner("DaemonSet", false)), true],
    ["a DaemonSet's pod, which would come back", pod(owner("DaemonSet", true)), false],
    ["a static pod's mirror", pod({ annotations: { "kubernetes.io/config.mirror": "h" } }), false],
    ["a pod that has succeeded", pod({}, "Succeeded"), false],
    ["a pod that has failed", pod({}, "Failed"), false],
  ])("%s", (_, one, expected) => {
    expect(isMovable(one)).toBe(expected);
  });
});
