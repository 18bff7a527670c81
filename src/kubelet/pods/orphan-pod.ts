import type { Pod } from "../api/pod.ts";

/** A stand-in for a pod that only the runtime still has, enough to end it. */
export function orphanPod({ uid, name, namespace }: { uid: string; name: string; namespace: string }): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { uid, name, namespace },
    spec: { containers: [], restartPolicy: "Never" },
  };
}
