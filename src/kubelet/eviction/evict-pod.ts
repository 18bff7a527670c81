import type { Pod } from "../api/pod.ts";
import { isStaticPod, podKey, podUid } from "../api/pod.ts";
import { isCriticalPod } from "../cgroups/oom-score.ts";
import type { PodEvents } from "../events/pod-events.ts";
import type { Log } from "../log.ts";
import type { PodVerdicts } from "../pods/pod-verdicts.ts";
import type { PodWorkers } from "../pods/pod-workers.ts";

export type Evictor = {
  readonly workers: Pick<PodWorkers, "terminate">;
  readonly verdicts: Pick<PodVerdicts, "fail">;
  readonly events: PodEvents;
  readonly log: Log;
};

/** Seconds that an evicted pod's containers get to end (immediateEvictionGracePeriodSeconds). */
const graceSeconds = 1;

/** Ends a pod as Failed for the reason Evicted; critical and static pods stay, as nothing would bring them back. */
export function evictPod(pod: Pod, message: string, { workers, verdicts, events, log }: Evictor): void {
  if (isCriticalPod(pod, isStaticPod(pod))) {
    log.error("Eviction manager: cannot evict a critical pod", { pod: podKey(pod) });
    return;
  }
  events.pod(pod, { type: "Warning", reason: "Evicted", message });
  verdicts.fail(podUid(pod), { reason: "Evicted", message });
  workers.terminate(podUid(pod), graceSeconds);
}
