import type { Pod } from "../../../src/kube/kinds/pod.ts";

/** A pod as tests need it: only what they say differs from a ready one on node n1. */
export function podWith({
  metadata,
  spec,
  status,
}: {
  metadata?: Partial<Pod["metadata"]>;
  spec?: Partial<Pod["spec"]>;
  status?: Partial<Pod["status"]>;
} = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "p",
      namespace: "x",
      uid: metadata?.name ?? "p",
      creationTimestamp: "2026-01-01T00:00:00Z",
      ...metadata,
    },
    spec: { containers: [{ name: "c", image: "i" }], nodeName: "n1", ...spec },
    status: {
      phase: "Running",
      podIP: "10.0.0.1",
      conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:10Z" }],
      ...status,
    },
  };
}

export const notReady = {
  conditions: [{ type: "Ready", status: "False", lastTransitionTime: "2026-01-01T00:00:10Z" }],
};
export const deleted = { deletionTimestamp: "2026-01-01T00:01:00Z" };
