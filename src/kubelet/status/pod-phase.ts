import type { Pod } from "../api/pod.ts";
import { isRestartableInit, isStaticPod, restartPolicyOf } from "../api/pod.ts";
import type { ContainerStatus, PodPhase } from "../api/pod-status.ts";

export type PodContainers = {
  readonly init: readonly ContainerStatus[];
  readonly app: readonly ContainerStatus[];
};

/** The pod's phase by its containers (kubelet_pods.go getPhase). A static pod has no end while its manifest stands. */
export function podPhase(pod: Pod, statuses: PodContainers, podIsTerminal: boolean): PodPhase {
  const isInitialized = statuses.app.some((status) => status.state.running || endOf(status));
  const init = initProgress(pod, statuses.init);
  if (init === "failed") return "Failed";
  const sidecars = sidecarCounts(pod, statuses.init);
  const app = appCounts(pod, statuses.app);
  if (init === "pending" || (sidecars.pending > 0 && !isInitialized)) return "Pending";
  if (app.waiting + sidecars.waiting > 0 || app.unknown + sidecars.unknown > 0) return "Pending";
  if (app.running + sidecars.running > 0) return "Running";
  if (app.stopped === 0) return "Pending";
  const ended = app.stopped === app.succeeded ? "Succeeded" : "Failed";
  if (podIsTerminal && !isStaticPod(pod)) return ended;
  switch (restartPolicyOf(pod)) {
    case "Always":
      return "Running";
    case "OnFailure":
      return ended === "Succeeded" ? ended : "Running";
    case "Never":
      return ended;
  }
}

/** How far the init containers proper are, sidecars left out. */
function initProgress(pod: Pod, init: readonly ContainerStatus[]): "pending" | "done" | "failed" {
  const ends = (pod.spec.initContainers ?? [])
    .filter((container) => !isRestartableInit(container))
    .map(({ name }) => endOf(init.find((status) => status.name === name)));
  const hasFailed = ends.some((end) => end !== undefined && end.exitCode !== 0);
  if (hasFailed && restartPolicyOf(pod) === "Never") return "failed";
  return ends.includes(undefined) ? "pending" : "done";
}

/** Sidecars that ended count for nothing: they are started again, or no longer needed. */
function sidecarCounts(pod: Pod, init: readonly ContainerStatus[]) {
  const counts = { running: 0, waiting: 0, unknown: 0, pending: 0 };
  for (const { name } of (pod.spec.initContainers ?? []).filter(isRestartableInit)) {
    const status = init.find((one) => one.name === name);
    if (!status) counts.unknown++;
    else if (status.state.running) {
      counts.running++;
      if (!status.started) counts.pending++;
    } else if (!endOf(status)) {
      counts.waiting++;
      counts.pending++;
    }
  }
  return counts;
}

function appCounts(pod: Pod, app: readonly ContainerStatus[]) {
  const counts = { running: 0, waiting: 0, stopped: 0, succeeded: 0, unknown: 0 };
  for (const { name } of pod.spec.containers) {
    const status = app.find((one) => one.name === name);
    const end = endOf(status);
    if (status?.state.running) counts.running++;
    else if (end) {
      counts.stopped++;
      if (end.exitCode === 0) counts.succeeded++;
    } else if (status?.state.waiting) counts.waiting++;
    else counts.unknown++;
  }
  return counts;
}

/** How a container that does not run ended; in back-off that is its last state. */
function endOf(status: ContainerStatus | undefined) {
  if (!status || status.state.running) return undefined;
  return status.state.terminated ?? status.lastState.terminated;
}
