import { rfc3339 } from "../../kube/rfc3339.ts";
import type { Container } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";
import { isRestartableInit, restartPolicyOf } from "../api/pod.ts";
import type { ContainerState, ContainerStatus } from "../api/pod-status.ts";
import type { ContainerRecord, PodRuntime } from "../cri/pod-runtime.ts";

/** Why a container waits, by its name: set when starting it failed, cleared when it runs (kubelet's reason cache). */
export type WaitingReasons = ReadonlyMap<string, { readonly reason: string; readonly message: string }>;

export type StatusContext = {
  readonly runtime: PodRuntime;
  readonly runtimeName: string;
  readonly reasons: WaitingReasons;
  /** Last words by container id. */
  readonly messages: ReadonlyMap<string, string>;
  readonly previous: readonly ContainerStatus[];
  readonly defaultWaiting: "ContainerCreating" | "PodInitializing";
  ready(id: string): boolean;
  started(id: string): boolean;
};

/** One container's status (convertToAPIContainerStatuses). */
export function containerStatus(pod: Pod, container: Container, context: StatusContext): ContainerStatus {
  const records = context.runtime.containers.filter(({ name }) => name === container.name);
  const [record, before] = records;
  const previous = context.previous.find(({ name }) => name === container.name);
  if (!record) return withoutRecord(pod, container, context, previous);
  const state = stateOf(record, context);
  const last = before?.state === "exited" ? stateOf(before, context) : {};
  const waiting = waitingState(container, record, context);
  return {
    name: container.name,
    state: waiting ?? state,
    lastState: waiting && state.terminated ? state : last,
    ready: false,
    restartCount: record.memory.restartCount,
    image: record.image,
    imageID: record.imageRef,
    containerID: `${context.runtimeName}://${record.id}`,
    ...statusExtras(container),
    ...(record.state === "running" && { started: context.started(record.id) }),
    ...(record.state !== "running" && { started: false }),
    ...(record.user && {
      user: { linux: { ...record.user, supplementalGroups: [...record.user.supplementalGroups] } },
    }),
    ...(record.state === "running" && { ready: isReady(container, record, context) }),
    ...(isFinishedInit(pod, container, record) && { ready: true }),
  };
}

function withoutRecord(
  pod: Pod,
  container: Container,
  { reasons, defaultWaiting }: StatusContext,
  previous: ContainerStatus | undefined,
): ContainerStatus {
  const reason = reasons.get(container.name);
  const base = {
    name: container.name,
    lastState: previous?.lastState ?? {},
    ready: false,
    restartCount: previous?.restartCount ?? 0,
    image: container.image,
    imageID: "",
    started: false,
    ...statusExtras(container),
  };
  // A container whose record is gone keeps what was known of its end.
  const ended = previous?.state.terminated;
  const isInit = pod.spec.initContainers?.includes(container) && !isRestartableInit(container);
  if (ended && !reason && (isInit || restartPolicyOf(pod) !== "Always"))
    return { ...base, ...previous, started: false };
  const waiting = reason ?? { reason: defaultWaiting };
  return { ...base, state: { waiting } };
}

function statusExtras(container: Container): Partial<ContainerStatus> {
  const { requests, limits } = container.resources ?? {};
  return {
    ...(requests && { allocatedResources: requests }),
    resources: { ...(limits && { limits }), ...(requests && { requests }) },
    ...(container.volumeMounts && {
      volumeMounts: container.volumeMounts.map(({ name, mountPath, readOnly }) => ({
        name,
        mountPath,
        ...(readOnly && { readOnly, recursiveReadOnly: "Disabled" }),
      })),
    }),
  };
}

function stateOf(record: ContainerRecord, { runtimeName, messages }: StatusContext): ContainerState {
  switch (record.state) {
    case "running":
      return { running: { startedAt: rfc3339(record.startedAtMs) } };
    case "exited": {
      const message = messages.get(record.id);
      return {
        terminated: {
          containerID: `${runtimeName}://${record.id}`,
          exitCode: record.exitCode,
          finishedAt: rfc3339(record.finishedAtMs),
          reason: record.reason || (record.exitCode === 0 ? "Completed" : "Error"),
          startedAt: rfc3339(record.startedAtMs),
          ...(message && { message }),
        },
      };
    }
    case "created":
    case "unknown":
      return { waiting: { reason: "ContainerCreating" } };
    default:
      return record.state satisfies never;
  }
}

/** An ended container that is to start again waits, and its end becomes the last state. */
function waitingState(
  container: Container,
  record: ContainerRecord,
  { reasons, defaultWaiting }: StatusContext,
): ContainerState | undefined {
  if (record.state === "running") return undefined;
  const reason = reasons.get(container.name);
  if (reason) return { waiting: reason };
  if (record.state === "created" || record.state === "unknown") return { waiting: { reason: defaultWaiting } };
  return undefined;
}

function isReady(container: Container, record: ContainerRecord, context: StatusContext): boolean {
  return context.started(record.id) && context.ready(record.id) && container.name === record.name;
}

function isFinishedInit(pod: Pod, container: Container, record: ContainerRecord): boolean {
  const isInit = pod.spec.initContainers?.some(({ name }) => name === container.name) ?? false;
  return isInit && !isRestartableInit(container) && record.state === "exited" && record.exitCode === 0;
}
