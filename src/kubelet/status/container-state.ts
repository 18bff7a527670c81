import { rfc3339 } from "../../kube/rfc3339.ts";
import type { Container } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";
import { isRestartableInit } from "../api/pod.ts";
import type { ContainerState, ContainerStatus } from "../api/pod-status.ts";
import type { ContainerRecord, PodRuntime } from "../cri/pod-runtime.ts";
import { shouldRestart } from "../pods/containers/should-restart.ts";

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
  const [record, before] = context.runtime.containers.filter(({ name }) => name === container.name);
  const previous = context.previous.find(({ name }) => name === container.name);
  const status = record
    ? withRecord(pod, container, { record, before, previous, context })
    : withoutRecord(pod, container, context, previous);
  const waiting = waitingState(pod, container, record, context);
  if (!waiting) return status;
  const lastState = status.state.terminated ? status.state : status.lastState;
  return { ...status, state: waiting, lastState };
}

type Seen = {
  readonly record: ContainerRecord;
  readonly before: ContainerRecord | undefined;
  readonly previous: ContainerStatus | undefined;
  readonly context: StatusContext;
};

function withRecord(pod: Pod, container: Container, { record, before, previous, context }: Seen): ContainerStatus {
  const isLost = record.state === "unknown" && previous?.state.running !== undefined;
  const isRunning = record.state === "running";
  return {
    name: container.name,
    state: isLost
      ? unlocated("The container could not be located when the pod was terminated")
      : stateOf(record, context),
    lastState: before ? stateOf(before, context) : {},
    ready: isRunning ? isReady(container, record, context) : isFinishedInit(pod, container, record),
    restartCount: isLost ? previous.restartCount + 1 : record.memory.restartCount,
    image: record.image,
    imageID: record.imageRef,
    containerID: `${context.runtimeName}://${record.id}`,
    ...statusExtras(container),
    started: isRunning && context.started(record.id),
    ...(record.user && {
      user: { linux: { ...record.user, supplementalGroups: [...record.user.supplementalGroups] } },
    }),
  };
}

/** A container that the runtime has not, or no longer, keeps what was told of its end. */
function withoutRecord(
  pod: Pod,
  container: Container,
  { runtime, defaultWaiting }: StatusContext,
  previous: ContainerStatus | undefined,
): ContainerStatus {
  if (previous?.state.terminated) return { ...previous, started: false };
  const base = {
    name: container.name,
    state: { waiting: { reason: defaultWaiting } },
    lastState: previous?.lastState ?? {},
    ready: false,
    restartCount: previous?.restartCount ?? 0,
    image: container.image,
    imageID: "",
    started: false,
    ...statusExtras(container),
  };
  if (isInitContainer(pod, container) && hasAppRecord(pod, runtime))
    return { ...base, state: passedUnseen, ready: true };
  if (!previous?.state.running || base.lastState.terminated) return base;
  const isDeleted = pod.metadata.deletionTimestamp !== undefined;
  const words = "The container could not be located when the pod was deleted.  The container used to be Running";
  return { ...base, lastState: unlocated(words), restartCount: base.restartCount + (isDeleted ? 0 : 1) };
}

/** It ran, and the runtime knows nothing of its end: that counts as a failure, not as never having run. */
export function unlocated(message: string): ContainerState {
  return { terminated: { reason: "ContainerStatusUnknown", message, exitCode: 137 } };
}

/** Containers run, so the init container whose record is gone must have succeeded. */
const passedUnseen: ContainerState = {
  terminated: {
    reason: "Completed",
    message:
      "Unable to get init container status from container runtime and pod has been initialized, treat it as exited normally",
    exitCode: 0,
  },
};

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
      return { waiting: {} };
    default:
      return record.state satisfies never;
  }
}

/** A container that should run and can't waits, for the reason that is known; its end becomes the last state. */
function waitingState(
  pod: Pod,
  container: Container,
  record: ContainerRecord | undefined,
  { reasons }: StatusContext,
): ContainerState | undefined {
  const reason = reasons.get(container.name);
  if (!reason || !shouldRestart(pod, record) || record?.state === "running") return undefined;
  if (record && isFinishedInit(pod, container, record)) return undefined;
  return { waiting: reason };
}

function isReady(container: Container, record: ContainerRecord, context: StatusContext): boolean {
  return context.started(record.id) && context.ready(record.id) && container.name === record.name;
}

function isFinishedInit(pod: Pod, container: Container, record: ContainerRecord): boolean {
  return isInitContainer(pod, container) && record.state === "exited" && record.exitCode === 0;
}

/** An init container proper, not a sidecar. */
function isInitContainer(pod: Pod, container: Container): boolean {
  const isInit = pod.spec.initContainers?.some(({ name }) => name === container.name) ?? false;
  return isInit && !isRestartableInit(container);
}

function hasAppRecord(pod: Pod, { containers }: PodRuntime): boolean {
  return pod.spec.containers.some(({ name }) => containers.some((record) => record.name === name));
}
