import type { Pod } from "../../api/pod.ts";
import { findContainer } from "../../api/pod.ts";
import type { ContainerKill } from "./container-kill.ts";

/** Containers get at least this to end, so that SIGKILL is never the first signal. */
export const minimumGraceSeconds = 2;
const defaultGraceSeconds = 30;

/** Seconds that a container gets to end (setTerminationGracePeriod). */
export function graceSeconds(pod: Pod, { container, reason }: ContainerKill): number {
  const deletion = pod.metadata.deletionGracePeriodSeconds;
  if (deletion !== undefined) return deletion;
  const spec = findContainer(pod, container.name);
  const ofProbe =
    reason === "livenessProbe"
      ? spec?.livenessProbe?.terminationGracePeriodSeconds
      : reason === "startupProbe"
        ? spec?.startupProbe?.terminationGracePeriodSeconds
        : undefined;
  return (
    ofProbe ??
    pod.spec.terminationGracePeriodSeconds ??
    container.memory.terminationGracePeriodSeconds ??
    defaultGraceSeconds
  );
}
