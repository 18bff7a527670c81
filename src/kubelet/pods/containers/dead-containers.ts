import type { ContainerRecord, PodRuntime, SandboxRecord } from "../../cri/pod-runtime.ts";

/** Ended containers that are kept for `kubectl logs --previous`, for each container of a pod (MaxPerPodContainerCount). */
const keptPerContainer = 1;

export type Leftovers = {
  readonly containers: readonly ContainerRecord[];
  readonly sandboxes: readonly SandboxRecord[];
};

/** What a living pod no longer needs in the runtime: older ends of its containers, and sandboxes without any. */
export function leftovers(runtime: PodRuntime): Leftovers {
  const seen = new Map<string, number>();
  const containers = runtime.containers.filter((container) => {
    if (container.state !== "exited") return false;
    const kept = seen.get(container.name) ?? 0;
    seen.set(container.name, kept + 1);
    return kept >= keptPerContainer;
  });
  const gone = new Set(containers.map(({ id }) => id));
  const inUse = new Set(runtime.containers.filter(({ id }) => !gone.has(id)).map(({ sandboxId }) => sandboxId));
  return { containers, sandboxes: runtime.sandboxes.slice(1).filter(({ id, ready }) => !ready && !inUse.has(id)) };
}
