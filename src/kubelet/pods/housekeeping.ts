import { readdir, readlink, rm, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { PodCgroups } from "../cgroups/pod-cgroups.ts";
import type { PodListing } from "../cri/pod-runtime.ts";
import type { Log } from "../log.ts";
import type { KubeletPaths } from "../volumes/paths.ts";
import type { PodVolumes } from "../volumes/pod-volumes.ts";
import { orphanPod } from "./orphan-pod.ts";
import type { PodWorkers } from "./pod-workers.ts";

export type HousekeepingOptions = {
  readonly workers: PodWorkers;
  readonly volumes: PodVolumes;
  readonly cgroups: PodCgroups;
  readonly paths: KubeletPaths;
  readonly podLogsDir: string;
  readonly containerLogsDir: string;
  readonly log: Log;
  listing(): ReadonlyMap<string, PodListing>;
};

/**
 * Ends and removes what belongs to no pod: left by a kubelet that was killed, or by pods deleted while it was down. What
 * can't be removed is logged, does not keep the rest from going, and is tried again with the next call.
 */
export async function cleanUpOrphans(options: HousekeepingOptions): Promise<void> {
  const { workers, volumes, cgroups, paths, podLogsDir } = options;
  const listing = options.listing();
  for (const [uid, found] of listing) if (!workers.get(uid)) workers.remove(orphanPod(found));
  const isOrphan = (uid: string) => !workers.get(uid) && !listing.has(uid);
  const remove = async (what: string, uid: string, removal: () => Promise<void>) => {
    if (!isOrphan(uid)) return;
    await removal().catch((thrown) =>
      options.log.error("Orphaned pod found, but failed to remove what it left", { podUID: uid, what, err: thrown }),
    );
  };
  const directories = await readdir(join(paths.root, "pods")).catch(() => []);
  for (const uid of directories) await remove("volumes", uid, () => volumes.remove(uid));
  for (const uid of new Set(await cgroups.uids())) await remove("cgroups", uid, () => cgroups.remove(uid));
  for (const name of await readdir(podLogsDir).catch(() => [])) {
    const [, , uid, ...more] = name.split("_");
    if (uid === undefined || more.length > 0) continue;
    await remove("logs", uid, () => rm(join(podLogsDir, name), { recursive: true, force: true }));
  }
  await removeDeadLinks(options.containerLogsDir);
}

/** Links in /var/log/containers whose log is gone. */
async function removeDeadLinks(directory: string): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    const link = join(directory, name);
    const target = await readlink(link).catch(() => undefined);
    if (target !== undefined) await stat(link).catch(() => unlink(link).catch(() => undefined));
  }
}
