import { describe, expect, it } from "vitest";
import type { Node } from "../../../src/kube/kinds/node.ts";
import { nodeReadiness } from "../../../src/phases/cluster/node-readiness.ts";

const node = (status: string, { bootID = "b", at = "2026-01-02T03:04:05Z" } = {}): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "n" },
  status: {
    nodeInfo: { bootID },
    conditions: [{ type: "Ready", status, message: "the kubelet's words", lastHeartbeatTime: at }],
  },
});
const startedAt = (time: string) => ({ bootId: "b", kubeletStart: new Date(time) });

describe("a Node is Ready", () => {
  it("when the kubelet of this boot says so, however long ago", () => {
    expect(nodeReadiness(node("True"), { bootId: "b" })).toMatchObject({ isReady: true });
    expect(nodeReadiness(node("False"), { bootId: "b" })).toEqual({
      isReady: false,
      because: "the kubelet's words",
      isSaid: true,
    });
    expect(nodeReadiness(node("Unknown"), { bootId: "b" })).toMatchObject({ isReady: false, isSaid: false });
  });

  it("not by what was said before the host was booted", () => {
    const before = nodeReadiness(node("True", { bootID: "earlier" }), { bootId: "b" });
    expect(before).toEqual({
      isReady: false,
      because: "its kubelet has said nothing since the host was booted",
      isSaid: false,
    });
  });

  it("not by what was said before the run started its kubelet; the clock of both is the host's", () => {
    expect(nodeReadiness(node("True"), startedAt("2026-01-02T03:04:06Z"))).toMatchObject({
      isReady: false,
      because: "its kubelet has said nothing since it was started",
    });
    expect(nodeReadiness(node("True"), startedAt("2026-01-02T03:04:05Z")).isReady).toBe(true);
  });

  it("not before there is one, or a word of its kubelet", () => {
    expect(nodeReadiness(undefined, { bootId: "b" }).isReady).toBe(false);
    expect(nodeReadiness({ ...node("True"), status: {} }, { bootId: "b" }).because).toContain("has not said yet");
  });
});
