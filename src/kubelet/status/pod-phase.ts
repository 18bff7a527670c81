import type { Pod } from "../api/pod.ts";
import { isRestartableInit, restartPolicyOf } from "../api/pod.ts";
import type { ContainerStatus, PodPhase } from "../api/pod-status.ts";

export type PodContainers = {
  readonly init: readonly ContainerStatus[];
  readonly app: readonly ContainerStatus[];
};

/** The pod's phase by its containers (kubelet_pods.go getPhase). */
export function podPhase(pod: Pod, { init, app }: PodContainers, podIsTerminal: boolean): PodPhase {
  const initVerdict = initPhase(pod, init, app);
  if (initVerdict) return initVerdict;
  const counts = countStates(pod, app);
  const sidecars = sidecarsRunning(pod, init);
  if (counts.waiting > 0) return "Pending";
  if (counts.running > 0 && counts.unknown === 0) return "Running";
  if (counts.running === 0 && counts.stopped > 0 && counts.unknown === 0) {
    if (podIsTerminal) return counts.succeeded === counts.stopped ? "Succeeded" : "Failed";
    if (restartPolicyOf(pod) === "Always") return "Running";
    if (sidecars) return "Running";
    if (counts.stopped === counts.succeeded) return "Succeeded";
    return restartPolicyOf(pod) === "Never" ? "Failed" : "Running";
  }
  return "Pending";
}

/** Pending while init containers are at work, Failed when one failed for good. */
function initPhase(pod: Pod, init: readonly ContainerStatus[], app: readonly ContainerStatus[]): PodPhase | undefined {
  const started = app.some(({ state, lastState }) => state.running || state.terminated || lastState.terminated);
  if (started) return undefined;
  for (const container of pod.spec.initContainers ?? []) {
    const status = init.find(({ name }) => name === container.name);
    if (isRestartableInit(container)) {
      if (!status?.state.running || status.started !== true) return "Pending";
      continue;
    }
    const end = status?.state.terminated;
    if (!end) return "Pending";
    if (end.exitCode !== 0) return restartPolicyOf(pod) === "Never" ? "Failed" : "Pending";
  }
  return undefined;
}

function countStates(pod: Pod, app: readonly ContainerStatus[]) {
  const counts = { running: 0, waiting: 0, stopped: 0, succeeded: 0, unknown: 0 };
  for (const container of pod.spec.containers) {
    const status = app.find(({ name }) => name === container.name);
    const end = status?.state.terminated ?? (status?.state.waiting ? status.lastState.terminated : undefined);
    if (!status) counts.unknown++;
    else if (status.state.running) counts.running++;
    else if (end) {
      counts.stopped++;
      if (end.exitCode === 0) counts.succeeded++;
    } else if (status.state.waiting) counts.waiting++;
    else counts.unknown++;
  }
  return counts;
}

function sidecarsRunning(pod: Pod, init: readonly ContainerStatus[]): boolean {
  const sidecars = (pod.spec.initContainers ?? []).filter(isRestartableInit);
  return sidecars.some(({ name }) => init.find((status) => status.name === name)?.state.running !== undefined);
}
