import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { CriClient } from "../../kube/cri/client.ts";
import type { Pod } from "../api/pod.ts";
import { podUid } from "../api/pod.ts";
import { containerNameLabel, podUidLabel } from "../cri/labels.ts";
import { podLogDirectory } from "../cri/log-paths.ts";
import type { KubeletPaths } from "../volumes/paths.ts";
import type { StorageUsage } from "./local-storage.ts";

const run = promisify(execFile);

export type MeasureOptions = {
  readonly cri: Pick<CriClient, "listContainerStats">;
  readonly paths: KubeletPaths;
  readonly podLogsDir: string;
};

/** What a pod takes of the disk: emptyDirs and logs by their blocks, writable layers as the runtime tells. */
export async function measureStorage(pod: Pod, { cri, paths, podLogsDir }: MeasureOptions): Promise<StorageUsage> {
  const onDisk = (pod.spec.volumes ?? []).filter(({ emptyDir }) => emptyDir && emptyDir.medium !== "Memory");
  const directoryOf = (volume: string) => paths.volumeDir(podUid(pod), "kubernetes.io/empty-dir", volume);
  const emptyDirs = await Promise.all(
    onDisk.map(async ({ name }): Promise<[string, number]> => [name, await diskUsage(directoryOf(name))]),
  );
  const layers = await writableLayers(cri, podUid(pod));
  const containers = await Promise.all(
    pod.spec.containers.map(async ({ name }): Promise<[string, number]> => {
      const logs = await diskUsage(join(podLogDirectory(podLogsDir, pod), name));
      return [name, logs + (layers.get(name) ?? 0)];
    }),
  );
  return { emptyDirs: new Map(emptyDirs), containers: new Map(containers) };
}

async function writableLayers(cri: MeasureOptions["cri"], uid: string): Promise<ReadonlyMap<string, number>> {
  const { stats } = await cri.listContainerStats({ filter: { labelSelector: { [podUidLabel]: uid } } });
  return new Map(
    stats.map(({ attributes, writableLayer }) => [
      attributes?.labels[containerNameLabel] ?? "",
      writableLayer?.usedBytes?.value ?? 0,
    ]),
  );
}

/** Bytes in blocks of a directory and all below it on the same file system; 0 for one that is not there. */
async function diskUsage(directory: string): Promise<number> {
  const { stdout } = await run("du", ["-sx", "-B1", directory]).catch((thrown: { stdout?: string }) => ({
    // du ends with 1 when a file went meanwhile, and has counted the rest.
    stdout: thrown.stdout ?? "",
  }));
  return Number(stdout.split("\t")[0]) || 0;
}
