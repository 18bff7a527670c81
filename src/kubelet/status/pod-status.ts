import { rfc3339 } from "../../kube/rfc3339.ts";
import type { Container } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";
import type { ContainerStatus, PodCondition, PodPhase, PodStatus } from "../api/pod-status.ts";
import { qosClass } from "../cgroups/qos.ts";
import { newestSandbox } from "../cri/pod-runtime.ts";
import type { StatusContext } from "./container-state.ts";
import { containerStatus } from "./container-state.ts";
import { podConditions } from "./pod-conditions.ts";
import { type PodContainers, podPhase } from "./pod-phase.ts";
import { terminatedStatus } from "./terminated-status.ts";

/** A decision from outside that ends a pod; an eviction or a shutdown tells of it by a condition as well. */
export type PodVerdict = {
  readonly phase: "Failed";
  readonly reason: string;
  readonly message: string;
  readonly isDisruption?: boolean;
  /** The pod was never let in, so that nothing is to be said of its containers. */
  readonly isRejection?: boolean;
};

export type PodStatusContext = Omit<StatusContext, "previous" | "defaultWaiting"> & {
  readonly hostIPs: readonly string[];
  readonly previous: PodStatus;
  /** Nothing of the pod will be started again. */
  readonly isTerminal: boolean;
  /** Overrides what containers say: an eviction, a deadline, a refused admission. */
  readonly verdict?: PodVerdict | undefined;
};

/** A pod's status from what the runtime has of it (generateAPIPodStatus); without start and transition times. */
export function podStatus(pod: Pod, context: PodStatusContext): PodStatus {
  const { previous, verdict, runtime } = context;
  if (verdict?.isRejection) return rejectedStatus(pod, verdict);
  // An end that an earlier kubelet told, of a pod that the runtime has forgotten.
  if (isFinal(previous) && runtime.sandboxes.length + runtime.containers.length === 0) return previous;
  const init = statuses(pod, pod.spec.initContainers, previous.initContainerStatuses, context);
  const app = byName(statuses(pod, pod.spec.containers, previous.containerStatuses, context));
  const ephemeral = statuses(pod, pod.spec.ephemeralContainers, previous.ephemeralContainerStatuses, context);
  const phase = verdict?.phase ?? settledPhase(pod, { init, app }, context);
  const ips = podIPs(pod, context);
  const status: PodStatus = {
    conditions: conditions(pod, { init, app, phase }, context),
    ...(pod.spec.ephemeralContainers?.length && { ephemeralContainerStatuses: byName(ephemeral) }),
    containerStatuses: app,
    ...(context.hostIPs[0] && { hostIP: context.hostIPs[0], hostIPs: context.hostIPs.map((ip) => ({ ip })) }),
    ...(pod.spec.initContainers?.length && { initContainerStatuses: init }),
    ...words(phase, context),
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    phase,
    ...(ips[0] && { podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) }),
    qosClass: qosClass(pod),
    ...startTime(context),
  };
  return context.isTerminal ? terminatedStatus(pod, status) : status;
}

/** As upstream's rejectPod. */
function rejectedStatus(pod: Pod, { phase, reason, message }: PodVerdict): PodStatus {
  return {
    conditions: pod.status?.conditions ?? [],
    message: `Pod was rejected: ${message}`,
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    phase,
    qosClass: qosClass(pod),
    reason,
  };
}

function isFinal({ phase }: PodStatus): boolean {
  return phase === "Failed" || phase === "Succeeded";
}

/** What was said of a phase is said as long as it lasts. */
function words(phase: PodPhase, { verdict, previous }: PodStatusContext): Pick<PodStatus, "reason" | "message"> {
  const { reason, message } = verdict ?? (phase === previous.phase ? previous : {});
  return { ...(message && { message }), ...(reason && { reason }) };
}

const owned = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"];

/** Those of others stay; a disruption was told once and is kept. */
function conditions(
  pod: Pod,
  facts: PodContainers & { readonly phase: PodPhase },
  { runtime, previous, verdict }: PodStatusContext,
): PodCondition[] {
  const disruption =
    previous.conditions?.find(({ type }) => type === disruptionTarget) ?? disruptionCondition(pod, verdict);
  const replaced = [...owned, ...(disruption ? [disruptionTarget] : [])];
  const others = (pod.status?.conditions ?? []).filter(({ type }) => !replaced.includes(type));
  const sandbox = newestSandbox(runtime);
  const own = podConditions(pod, {
    ...facts,
    hasSandbox: sandbox?.ready === true,
    hasNetwork: pod.spec.hostNetwork === true || (sandbox?.ips.length ?? 0) > 0,
    otherConditions: others,
  });
  return [...others, ...(disruption ? [disruption] : []), ...own];
}

const disruptionTarget = "DisruptionTarget";

/** Tells controllers that the pod's end is not its own fault (KEP-3329). */
function disruptionCondition({ metadata }: Pod, verdict: PodVerdict | undefined): PodCondition | undefined {
  if (!verdict?.isDisruption) return undefined;
  return {
    type: disruptionTarget,
    status: "True",
    ...(metadata.generation !== undefined && { observedGeneration: metadata.generation }),
    lastProbeTime: null,
    reason: "TerminationByKubelet",
    message: verdict.message,
  };
}

function byName(list: readonly ContainerStatus[]): ContainerStatus[] {
  return [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A static pod that a restarted kubelet finds again began with its oldest sandbox. */
function startTime({ previous, runtime }: PodStatusContext): { startTime?: string } {
  const oldest = runtime.sandboxes.at(-1);
  if (previous.startTime) return { startTime: previous.startTime };
  return oldest ? { startTime: rfc3339(oldest.createdAtMs) } : {};
}

/** A pod that ended stays ended. */
function settledPhase(pod: Pod, containers: PodContainers, { previous, isTerminal }: PodStatusContext) {
  if (previous.phase && isFinal(previous)) return previous.phase;
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
