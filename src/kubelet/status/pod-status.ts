import { rfc3339 } from "../../kube/rfc3339.ts";
import type { Container } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";
import type { ContainerStatus, PodStatus } from "../api/pod-status.ts";
import { qosClass } from "../cgroups/qos.ts";
import { newestSandbox } from "../cri/pod-runtime.ts";
import type { StatusContext } from "./container-state.ts";
import { containerStatus } from "./container-state.ts";
import { podConditions } from "./pod-conditions.ts";
import { podPhase } from "./pod-phase.ts";

export type PodStatusContext = Omit<StatusContext, "previous" | "defaultWaiting"> & {
  readonly hostIPs: readonly string[];
  readonly previous: PodStatus;
  /** Nothing of the pod will be started again. */
  readonly isTerminal: boolean;
  /** Overrides what containers say: an eviction, a deadline, a refused admission. */
  readonly verdict?: { readonly phase: "Failed"; readonly reason: string; readonly message: string } | undefined;
};

/** A pod's status from what the runtime has of it (generateAPIPodStatus); without start and transition times. */
export function podStatus(pod: Pod, context: PodStatusContext): PodStatus {
  const { previous, runtime } = context;
  const init = statuses(pod, pod.spec.initContainers, previous.initContainerStatuses, context);
  const app = statuses(pod, pod.spec.containers, previous.containerStatuses, context);
  const ephemeral = statuses(pod, pod.spec.ephemeralContainers, previous.ephemeralContainerStatuses, context);
  const phase = context.verdict?.phase ?? settledPhase(pod, { init, app }, context);
  const sandbox = newestSandbox(runtime);
  const ips = podIPs(pod, context);
  const owned = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"];
  const others = (pod.status?.conditions ?? []).filter(({ type }) => !owned.includes(type));
  return {
    conditions: [
      ...podConditions(pod, {
        init,
        app,
        phase,
        hasSandbox: sandbox?.ready === true,
        hasNetwork: pod.spec.hostNetwork === true || (sandbox?.ips.length ?? 0) > 0,
        otherConditions: others,
      }),
      ...others,
    ],
    ...(pod.spec.ephemeralContainers?.length && { ephemeralContainerStatuses: ephemeral }),
    containerStatuses: app,
    ...(context.hostIPs[0] && { hostIP: context.hostIPs[0], hostIPs: context.hostIPs.map((ip) => ({ ip })) }),
    ...(pod.spec.initContainers?.length && { initContainerStatuses: init }),
    ...(context.verdict && { message: context.verdict.message, reason: context.verdict.reason }),
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    phase,
    ...(ips[0] && { podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) }),
    qosClass: qosClass(pod),
    ...startTime(context),
  };
}

/** A static pod that a restarted kubelet finds again began with its oldest sandbox. */
function startTime({ previous, runtime }: PodStatusContext): { startTime?: string } {
  const oldest = runtime.sandboxes.at(-1);
  if (previous.startTime) return { startTime: previous.startTime };
  return oldest ? { startTime: rfc3339(oldest.createdAtMs) } : {};
}

/** A pod that ended stays ended. */
function settledPhase(
  pod: Pod,
  containers: { init: readonly ContainerStatus[]; app: readonly ContainerStatus[] },
  { previous, isTerminal }: PodStatusContext,
) {
  if (previous.phase === "Failed" || previous.phase === "Succeeded") return previous.phase;
  return podPhase(pod, containers, isTerminal);
}

function statuses(
  pod: Pod,
  containers: readonly Container[] = [],
  previous: readonly ContainerStatus[] = [],
  context: PodStatusContext,
): ContainerStatus[] {
  const hasInit = (pod.spec.initContainers?.length ?? 0) > 0;
  const isInit = containers === pod.spec.initContainers;
  const defaultWaiting = hasInit ? "PodInitializing" : "ContainerCreating";
  return containers.map((container) =>
    containerStatus(pod, container, {
      ...context,
      previous,
      defaultWaiting: isInit ? "PodInitializing" : defaultWaiting,
    }),
  );
}

function podIPs(pod: Pod, { runtime, hostIPs, previous }: PodStatusContext): readonly string[] {
  if (pod.spec.hostNetwork) return hostIPs;
  const ips = newestSandbox(runtime)?.ips ?? [];
  return ips.length > 0 ? ips : (previous.podIPs ?? []).map(({ ip }) => ip);
}
