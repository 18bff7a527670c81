import { readdir, readlink, rm, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { PodCgroups } from "../cgroups/pod-cgroups.ts";
import type { PodListing } from "../cri/pod-runtime.ts";
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
  listing(): ReadonlyMap<string, PodListing>;
};

/** Ends and removes what belongs to no pod: left by a kubelet that was killed, or by pods deleted while it was down. */
export async function cleanUpOrphans(options: HousekeepingOptions): Promise<void> {
  const { workers, volumes, cgroups, paths, podLogsDir } = options;
  const listing = options.listing();
  for (const [uid, found] of listing) if (!workers.get(uid)) workers.remove(orphanPod(found));
  const isOrphan = (uid: string) => !workers.get(uid) && !listing.has(uid);
  const directories = await readdir(join(paths.root, "pods")).catch(() => []);
  for (const uid of directories.filter(isOrphan)) await volumes.remove(uid);
  for (const uid of (await cgroups.uids()).filter(isOrphan)) await cgroups.remove(uid);
  const logs = await readdir(podLogsDir).catch(() => []);
  for (const name of logs) {
    const uid = name.split("_").at(-1) ?? "";
    if (name.split("_").length === 3 && isOrphan(uid))
      await rm(join(podLogsDir, name), { recursive: true, force: true });
  }
  await removeDeadLinks(options.containerLogsDir);
}

/** Links in /var/log/containers whose log is gone. */
async function removeDeadLinks(directory: string): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    const link = join(directory, name);
    const isLink = await readlink(link).then(
      () => true,
      () => false,
    );
    if (!isLink) continue;
    await stat(link).catch(() => unlink(link).catch(() => undefined));
  }
}
