import { conditionOf, isConditionTrue } from "../../../kube/conditions.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";

/** Neither finished nor being deleted: it counts against what its owner wants. */
export function isPodActive({ metadata, status }: Pod): boolean {
  return status?.phase !== "Succeeded" && status?.phase !== "Failed" && !metadata.deletionTimestamp;
}

export function isPodFinished({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

export function isPodReady({ status }: Pod): boolean {
  return isConditionTrue(status?.conditions, "Ready");
}

/** Ready for at least so long; `now` in milliseconds. */
export function isPodAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  if (!isPodReady(pod)) return false;
  return minReadySeconds === 0 || nowMs >= readySinceMs(pod) + minReadySeconds * 1000;
}

/** When a ready pod becomes available, if it is not yet; milliseconds from now. */
export function availableInMs(pod: Pod, minReadySeconds: number, nowMs: number): number | undefined {
  if (!isPodReady(pod) || isPodAvailable(pod, minReadySeconds, nowMs)) return undefined;
  return readySinceMs(pod) + minReadySeconds * 1000 - nowMs;
}

/** Milliseconds since 1970 at which the pod became ready; never, if it doesn't say. */
export function readySinceMs({ status }: Pod): number {
  const since = conditionOf(status?.conditions, "Ready")?.lastTransitionTime;
  return since === undefined ? Number.POSITIVE_INFINITY : Date.parse(since);
}
