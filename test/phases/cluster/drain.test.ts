import { describe, expect, it } from "vitest";
import { isAlive, isMovable } from "../../../src/phases/cluster/drain.ts";

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

describe("a Node is alive", () => {
  const node = (name: string, ready: string, { machineID = name, created = "2026-01-01T00:00:00Z" } = {}) => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, creationTimestamp: created },
    status: { conditions: [{ type: "Ready", status: ready }], nodeInfo: { machineID } },
  });
  const old = node("old", "True", { machineID: "m" });

  it("while its kubelet says that it is Ready", () => {
    expect(isAlive("old", [old, node("other", "True")])).toBe(true);
    expect(isAlive("gone", [node("gone", "Unknown")])).toBe(false);
  });

  it("no more when its machine came back under another name, however long its status stands there", () => {
    const renamed = node("new", "False", { machineID: "m", created: "2026-01-01T00:01:00Z" });
    expect(isAlive("old", [old, renamed])).toBe(false);
    expect(isAlive("new", [old, { ...renamed, status: old.status }])).toBe(true);
  });

  it("when machines do not tell who they are", () => {
    const silent = { ...old, status: { conditions: old.status.conditions } };
    expect(
      isAlive("old", [silent, { ...silent, metadata: { name: "new", creationTimestamp: "2026-01-01T00:01:00Z" } }]),
    ).toBe(true);
  });
});
