import type { Pod } from "../api/pod.ts";
import { isRestartableInit, isStaticPod } from "../api/pod.ts";
import type { ContainerStatus, PodStatus } from "../api/pod-status.ts";
import { unlocated } from "./container-state.ts";

/**
 * The last status of a pod of which nothing runs any more: containers that began and whose end nobody saw have failed, and
 * the phase is a final one (status manager's TerminatePod).
 */
export function terminatedStatus(pod: Pod, status: PodStatus): PodStatus {
  const { containerStatuses: app = [], initContainerStatuses: init = [], phase } = status;
  const isFinal = phase === "Succeeded" || phase === "Failed";
  return {
    ...status,
    containerStatuses: isInitialized(pod, app, init) ? app.map(ended) : app,
    ...(init.length > 0 && {
      initContainerStatuses: init.map((one, index) => (index < begun(init) ? ended(one) : one)),
    }),
    // A static pod comes back with its manifest.
    ...(!isFinal && !isStaticPod(pod) && { phase: "Failed" }),
  };
}

function ended(status: ContainerStatus): ContainerStatus {
  if (status.state.terminated) return status;
  return { ...status, state: unlocated("The container could not be located when the pod was terminated") };
}

/** Whether the containers could have started: hasPodInitialized. */
function isInitialized(pod: Pod, app: readonly ContainerStatus[], init: readonly ContainerStatus[]): boolean {
  const last = pod.spec.initContainers?.at(-1);
  if (!last || app.some(hasBegun)) return true;
  const status = init.find(({ name }) => name === last.name);
  if (isRestartableInit(last)) return status?.state.running !== undefined && status.started === true;
  return [status?.state, status?.lastState].some((state) => state?.terminated?.exitCode === 0);
}

/** How many init containers have tried to start; the first always counts. */
function begun(init: readonly ContainerStatus[]): number {
  return Math.max(1, init.findLastIndex(hasBegun) + 1);
}

function hasBegun({ state, lastState }: ContainerStatus): boolean {
  return state.waiting === undefined || lastState.terminated !== undefined;
}
