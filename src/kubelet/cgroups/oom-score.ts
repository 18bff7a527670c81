import { wholeValue } from "../../kube/quantity.ts";
import type { Container } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";
import { qosClass } from "./qos.ts";

/** From 2 000 000 000 on a pod is node-critical (system-node-critical is 2000001000). */
export const systemCriticalPriority = 2_000_000_000;
const systemNodeCritical = 2_000_001_000;
export const guaranteedScore = -997;

/** oom_score_adj of a container: the larger its memory request, the later it is killed (qos.GetContainerOOMScoreAdjust). */
export function oomScoreAdjust(pod: Pod, container: Container, memoryCapacityBytes: number): number {
  if ((pod.spec.priority ?? 0) >= systemNodeCritical) return guaranteedScore;
  switch (qosClass(pod)) {
    case "Guaranteed":
      return guaranteedScore;
    case "BestEffort":
      return 1000;
    case "Burstable": {
      const request = wholeValue(container.resources?.requests?.memory);
      const score = 1000 - Math.floor((1000 * request) / memoryCapacityBytes);
      if (score < 1000 + guaranteedScore) return 1000 + guaranteedScore;
      return score === 1000 ? 999 : score;
    }
  }
}

/** Static pods and those of the two system priority classes are never evicted or shut down early. */
export function isCriticalPod(pod: Pod, isStatic: boolean): boolean {
  return isStatic || (pod.spec.priority ?? 0) >= systemCriticalPriority;
}
