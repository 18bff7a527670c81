import type { PodWorkers } from "../pods/pod-workers.ts";
import type { Evictor } from "./evict-pod.ts";
import { evictPod } from "./evict-pod.ts";
import { limitsStorage, storageExcess } from "./local-storage.ts";
import type { MeasureOptions } from "./measure-storage.ts";
import { measureStorage } from "./measure-storage.ts";

export type OversizedOptions = Evictor &
  MeasureOptions & { readonly workers: Pick<PodWorkers, "terminate" | "active"> };

/** Evicts pods that take more of the disk than their limits and their emptyDirs' sizeLimits allow. */
export async function evictOversized(options: OversizedOptions): Promise<void> {
  for (const pod of options.workers.active().filter(limitsStorage)) {
    const excess = storageExcess(pod, await measureStorage(pod, options));
    if (excess) evictPod(pod, excess, options);
  }
}
