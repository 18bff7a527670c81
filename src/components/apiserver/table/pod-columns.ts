import type { KubeObject } from "../../../kube/object.ts";
import { age, type Column, columns, name, since, wide } from "./column.ts";

type ContainerState = {
  readonly waiting?: { readonly reason?: string };
  readonly terminated?: {
    readonly reason?: string;
    readonly exitCode?: number;
    readonly signal?: number;
    readonly finishedAt?: string;
  };
  readonly running?: object;
};
type ContainerStatus = {
  readonly name: string;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
};
type Container = { readonly name: string; readonly restartPolicy?: string };
type Pod = KubeObject & {
  readonly spec?: {
    readonly nodeName?: string;
    readonly containers?: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly readinessGates?: readonly { readonly conditionType: string }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly podIP?: string;
    readonly podIPs?: readonly { readonly ip: string }[];
    readonly nominatedNodeName?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
};

export const podColumns: Readonly<Record<string, readonly Column[]>> = {
  pods: columns(
    name,
    ["Ready", ready],
    ["Status", podStatus],
    ["Restarts", restarts],
    age,
    ["IP", (pod: Pod) => pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP ?? "<none>", wide],
    ["Node", (pod: Pod) => pod.spec?.nodeName || "<none>", wide],
    ["Nominated Node", (pod: Pod) => pod.status?.nominatedNodeName || "<none>", wide],
    ["Readiness Gates", gates, wide],
  ),
};

function isSidecar(pod: Pod, containerName: string): boolean {
  return pod.spec?.initContainers?.some((one) => one.name === containerName && one.restartPolicy === "Always") ?? false;
}

function ready(pod: Pod): string {
  const sidecars = pod.spec?.initContainers?.filter((one) => one.restartPolicy === "Always") ?? [];
  const total = (pod.spec?.containers?.length ?? 0) + sidecars.length;
  const isReady = (one: ContainerStatus) =>
    one.ready === true && (one.state === undefined || one.state.running !== undefined);
  const inits = pod.status?.initContainerStatuses?.filter((one) => isSidecar(pod, one.name) && isReady(one)) ?? [];
  const count = (pod.status?.containerStatuses?.filter(isReady).length ?? 0) + inits.length;
  return `${count}/${total}`;
}

/** The one word that says best how a pod is, in the order in which upstream's printer looks. */
export function podStatus(pod: Pod): string {
  const { status } = pod;
  const gated = status?.conditions?.some((one) => one.type === "PodScheduled" && one.reason === "SchedulingGated");
  const base = (gated ? "SchedulingGated" : status?.reason || status?.phase) || "Pending";
  const init = initializing(pod);
  const reason = init !== undefined && !isInitialized(pod) ? init : ofContainers(pod, init ?? base);
  if (!pod.metadata.deletionTimestamp) return reason;
  if (status?.reason === "NodeLost") return "Unknown";
  return status?.phase === "Succeeded" || status?.phase === "Failed" ? reason : "Terminating";
}

function initializing(pod: Pod): string | undefined {
  const total = pod.spec?.initContainers?.length ?? 0;
  for (const [index, one] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const { terminated, waiting } = one.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (isSidecar(pod, one.name) && one.started) continue;
    if (terminated) return `Init:${ended(terminated)}`;
    if (waiting?.reason && waiting.reason !== "PodInitializing") return `Init:${waiting.reason}`;
    return `Init:${index}/${total}`;
  }
  return undefined;
}

/** The condition outlives the statuses of init containers, which a restart of the runtime may lose. */
function isInitialized(pod: Pod): boolean {
  return pod.status?.conditions?.some((one) => one.type === "Initialized" && one.status === "True") ?? false;
}

function ofContainers(pod: Pod, base: string): string {
  let reason = base;
  let failure = "";
  let hasRunning = false;
  for (const one of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    const { waiting, terminated, running } = one.state ?? {};
    if (waiting?.reason) reason = waiting.reason;
    else if (terminated) {
      reason = ended(terminated);
      failure = terminated.exitCode === 0 ? failure : reason;
    } else if (one.ready && running) hasRunning = true;
  }
  if (reason !== "Completed") return reason;
  const isReady = pod.status?.conditions?.some((one) => one.type === "Ready" && one.status === "True");
  if (hasRunning && isReady) return "Running";
  return failure || (hasRunning ? "NotReady" : reason);
}

function ended({ reason, signal, exitCode }: NonNullable<ContainerState["terminated"]>): string {
  if (reason) return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`;
}

function restarts(pod: Pod): string {
  const inits = pod.status?.initContainerStatuses ?? [];
  const isInitializing = initializing(pod) !== undefined && !isInitialized(pod);
  const counted = isInitializing
    ? inits
    : [...inits.filter((one) => isSidecar(pod, one.name)), ...(pod.status?.containerStatuses ?? [])];
  const count = counted.reduce((sum, one) => sum + (one.restartCount ?? 0), 0);
  const last = counted
    .map((one) => one.lastState?.terminated?.finishedAt ?? "")
    .sort()
    .at(-1);
  return count > 0 && last ? `${count} (${since(last)} ago)` : String(count);
}

function gates(pod: Pod): string {
  const list = pod.spec?.readinessGates ?? [];
  if (list.length === 0) return "<none>";
  const isTrue = (type: string) => pod.status?.conditions?.some((one) => one.type === type && one.status === "True");
  return `${list.filter((one) => isTrue(one.conditionType)).length}/${list.length}`;
}
