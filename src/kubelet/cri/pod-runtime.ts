import type { ContainerStatus, Container as CriContainer } from "../../kube/cri/container.ts";
import type { PodSandbox, PodSandboxStatus } from "../../kube/cri/sandbox.ts";
import type { ContainerMemory } from "./labels.ts";
import { containerMemory, containerNameLabel, podNameLabel, podNamespaceLabel, podUidLabel } from "./labels.ts";

export type SandboxRecord = {
  readonly id: string;
  readonly ready: boolean;
  readonly attempt: number;
  readonly createdAtMs: number;
  /** First address of the pod's own network and then the others; empty on the host's network. */
  readonly ips: readonly string[];
};

export type ContainerRecord = {
  readonly id: string;
  readonly name: string;
  readonly sandboxId: string;
  readonly state: "created" | "running" | "exited" | "unknown";
  readonly createdAtMs: number;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly image: string;
  readonly imageRef: string;
  readonly imageId: string;
  readonly logPath: string;
  readonly memory: ContainerMemory;
  /** Host path of the termination message file, if one is mounted. */
  readonly terminationMessageFile: string | undefined;
  readonly user:
    | { readonly uid: number; readonly gid: number; readonly supplementalGroups: readonly number[] }
    | undefined;
};

/** What the runtime has of one pod; both lists newest first. */
export type PodRuntime = {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly sandboxes: readonly SandboxRecord[];
  readonly containers: readonly ContainerRecord[];
};

/** A pod as the two list calls tell it: enough to see that something changed. */
export type PodListing = {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly sandboxes: readonly PodSandbox[];
  readonly containers: readonly CriContainer[];
};

const states = {
  CONTAINER_CREATED: "created",
  CONTAINER_RUNNING: "running",
  CONTAINER_EXITED: "exited",
  CONTAINER_UNKNOWN: "unknown",
} as const;

/** Groups sandboxes and containers by their pod; what carries no pod's labels is not ours. */
export function groupByPod(
  sandboxes: readonly PodSandbox[],
  containers: readonly CriContainer[],
): ReadonlyMap<string, PodListing> {
  const pods = new Map<
    string,
    { uid: string; name: string; namespace: string; sandboxes: PodSandbox[]; containers: CriContainer[] }
  >();
  const podOf = (labels: Readonly<Record<string, string>>) => {
    const uid = labels[podUidLabel];
    if (uid === undefined) return undefined;
    const name = labels[podNameLabel] ?? "";
    const namespace = labels[podNamespaceLabel] ?? "";
    const pod = pods.get(uid) ?? { uid, name, namespace, sandboxes: [], containers: [] };
    pods.set(uid, pod);
    return pod;
  };
  for (const sandbox of sandboxes) podOf(sandbox.labels)?.sandboxes.push(sandbox);
  for (const container of containers) podOf(container.labels)?.containers.push(container);
  return pods;
}

/** Everything of a listing that a pod's worker reacts to. */
export function fingerprint(pod: PodListing): string {
  const sandboxes = pod.sandboxes.map(({ id, state }) => `${id}=${state}`);
  const containers = pod.containers.map(({ id, state }) => `${id}=${state}`);
  return [...sandboxes, ...containers].sort().join(" ");
}

export function sandboxRecord(sandbox: PodSandbox, status: PodSandboxStatus | undefined): SandboxRecord {
  const network = status?.network;
  const ips = [network?.ip ?? "", ...(network?.additionalIps ?? []).map(({ ip }) => ip)].filter((ip) => ip !== "");
  return {
    id: sandbox.id,
    ready: sandbox.state === "SANDBOX_READY",
    attempt: sandbox.metadata?.attempt ?? 0,
    createdAtMs: sandbox.createdAt / 1e6,
    ips,
  };
}

export function containerRecord(status: ContainerStatus, sandboxId: string): ContainerRecord {
  const memory = containerMemory(status.annotations);
  return {
    id: status.id,
    name: status.labels[containerNameLabel] ?? status.metadata?.name ?? "",
    sandboxId,
    state: states[status.state],
    createdAtMs: status.createdAt / 1e6,
    startedAtMs: status.startedAt / 1e6,
    finishedAtMs: status.finishedAt / 1e6,
    exitCode: status.exitCode,
    reason: status.reason,
    message: status.message,
    image: status.image?.userSpecifiedImage || status.image?.image || "",
    imageRef: status.imageRef,
    imageId: status.imageId,
    logPath: status.logPath,
    memory,
    terminationMessageFile: status.mounts.find(
      (mount) => memory.terminationMessagePath !== "" && mount.containerPath === memory.terminationMessagePath,
    )?.hostPath,
    user: status.user?.linux,
  };
}

/** The newest container of a name: what the pod's status and decisions speak of. */
export function newestContainer(runtime: PodRuntime, name: string): ContainerRecord | undefined {
  return runtime.containers.find((container) => container.name === name);
}

export function newestSandbox(runtime: PodRuntime): SandboxRecord | undefined {
  return runtime.sandboxes[0];
}

export function isAlive(container: ContainerRecord): boolean {
  return container.state === "running" || container.state === "unknown";
}
