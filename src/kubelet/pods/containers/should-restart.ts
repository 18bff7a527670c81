import type { Pod } from "../../api/pod.ts";
import { restartPolicyOf } from "../../api/pod.ts";
import type { ContainerRecord } from "../../cri/pod-runtime.ts";

/** Whether a container that does not run should (ShouldContainerBeRestarted). */
export function shouldRestart(pod: Pod, record: ContainerRecord | undefined): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  if (!record) return true;
  if (record.state !== "exited") return true;
  const policy = restartPolicyOf(pod);
  return policy === "Always" || (policy === "OnFailure" && record.exitCode !== 0);
}
