import { formatBinary, wholeValue } from "../../kube/quantity.ts";
import type { Pod } from "../api/pod.ts";
import { podTotal } from "../cgroups/resources.ts";

/** Bytes of the host's disk that a pod takes. */
export type StorageUsage = {
  /** By volume: emptyDirs on disk. */
  readonly emptyDirs: ReadonlyMap<string, number>;
  /** By container: its writable layer and its logs. */
  readonly containers: ReadonlyMap<string, number>;
};

const resource = "ephemeral-storage";

/** Whether anything in the pod limits the disk that it may take, so that its usage must be measured. */
export function limitsStorage(pod: Pod): boolean {
  return podTotal(pod, "limits", resource) > 0 || limitedEmptyDirs(pod).length > 0;
}

/** Which limit a pod exceeds, in the words of the eviction; undefined when it keeps to all (localStorageEviction). */
export function storageExcess(pod: Pod, { emptyDirs, containers }: StorageUsage): string | undefined {
  const volume = limitedEmptyDirs(pod).find(({ name, limit }) => (emptyDirs.get(name) ?? 0) > wholeValue(limit));
  if (volume) return `Usage of EmptyDir volume "${volume.name}" exceeds the limit "${volume.limit}". `;
  const podLimit = podTotal(pod, "limits", resource);
  if (podLimit > 0 && sum(emptyDirs) + sum(containers) > podLimit)
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${formatBinary(podLimit)}. `;
  for (const { name, resources } of pod.spec.containers) {
    const limit = resources?.limits?.[resource];
    if (wholeValue(limit) > 0 && (containers.get(name) ?? 0) > wholeValue(limit))
      return `Container ${name} exceeded its local ephemeral storage limit "${limit}". `;
  }
  return undefined;
}

/** A medium of memory has its limit from its tmpfs. */
function limitedEmptyDirs(pod: Pod): { name: string; limit: string | number }[] {
  return (pod.spec.volumes ?? []).flatMap(({ name, emptyDir }) => {
    const limit = emptyDir?.medium === "Memory" ? undefined : emptyDir?.sizeLimit;
    return limit !== undefined && wholeValue(limit) > 0 ? [{ name, limit }] : [];
  });
}

function sum(bytes: ReadonlyMap<string, number>): number {
  return [...bytes.values()].reduce((total, one) => total + one, 0);
}
