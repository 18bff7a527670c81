import type { Pod } from "../api/pod.ts";
import { isRestartableInit } from "../api/pod.ts";
import type { ContainerStatus, PodCondition, PodPhase } from "../api/pod-status.ts";
import type { PodContainers } from "./pod-phase.ts";

export type ConditionFacts = PodContainers & {
  readonly phase: PodPhase;
  readonly hasSandbox: boolean;
  readonly hasNetwork: boolean;
  readonly otherConditions: readonly PodCondition[];
};

type Verdict = { readonly status: "True" | "False"; readonly reason?: string; readonly message?: string };
const yes: Verdict = { status: "True" };

/** The conditions that the kubelet owns, in upstream's order; transition times are filled in by the status manager. */
export function podConditions(pod: Pod, facts: ConditionFacts): PodCondition[] {
  const containersReady = containersReadyVerdict(pod, facts);
  const verdicts: [string, Verdict][] = [
    ["PodReadyToStartContainers", facts.hasSandbox && facts.hasNetwork ? yes : { status: "False" }],
    ["Initialized", initializedVerdict(pod, facts)],
    ["Ready", readyVerdict(pod, facts, containersReady)],
    ["ContainersReady", containersReady],
    ["PodScheduled", yes],
  ];
  return verdicts.map(([type, { status, reason, message }]) => ({
    type,
    status,
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    lastProbeTime: null,
    ...(reason && { reason }),
    ...(message && { message }),
  }));
}

/** Sidecars count until they start, init containers until they succeed; once containers ran, neither counts any more. */
function initializedVerdict(pod: Pod, { init, app, phase }: ConditionFacts): Verdict {
  if (phase === "Succeeded") return { ...yes, reason: "PodCompleted" };
  if (app.some(({ state }) => state.running || state.terminated)) return yes;
  const incomplete = (pod.spec.initContainers ?? []).filter((container) => {
    const status = init.find(({ name }) => name === container.name);
    return isRestartableInit(container) ? status?.started !== true : status?.ready !== true;
  });
  if (incomplete.length === 0) return yes;
  return notYet(
    "ContainersNotInitialized",
    "incomplete status",
    incomplete.map(({ name }) => name),
  );
}

function containersReadyVerdict(pod: Pod, { init, app, phase }: ConditionFacts): Verdict {
  if (phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  const sidecars = (pod.spec.initContainers ?? []).filter(isRestartableInit);
  const unready = [...sidecars, ...pod.spec.containers].filter(({ name }) => !statusOf(init, app, name)?.ready);
  if (unready.length === 0) return yes;
  return notYet(
    "ContainersNotReady",
    "unready status",
    unready.map(({ name }) => name),
  );
}

/** Ready is ContainersReady and every readiness gate. */
function readyVerdict(pod: Pod, { otherConditions }: ConditionFacts, containersReady: Verdict): Verdict {
  if (containersReady.status === "False") return containersReady;
  const messages = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = otherConditions.find(({ type }) => type === conditionType);
    if (!condition) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    if (condition.status === "True") return [];
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`];
  });
  if (messages.length === 0) return yes;
  return { status: "False", reason: "ReadinessGatesNotReady", message: messages.join(", ") };
}

function notYet(reason: string, what: string, names: readonly string[]): Verdict {
  return { status: "False", reason, message: `containers with ${what}: [${names.join(" ")}]` };
}

function statusOf(
  init: readonly ContainerStatus[],
  app: readonly ContainerStatus[],
  name: string,
): ContainerStatus | undefined {
  return app.find((status) => status.name === name) ?? init.find((status) => status.name === name);
}
