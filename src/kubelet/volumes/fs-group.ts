import { chmod, lchown, lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Pod } from "../api/pod.ts";

const readWriteMask = 0o660;
const readOnlyMask = 0o440;
const executeMask = 0o110;
const setGid = 0o2000;

/** Gives a volume to the pod's fsGroup: group, group permissions and setgid on directories (volume_linux.go). */
export async function setOwnership(pod: Pod, directory: string, readOnly: boolean): Promise<void> {
  const { fsGroup, fsGroupChangePolicy } = pod.spec.securityContext ?? {};
  if (fsGroup === undefined) return;
  if (fsGroupChangePolicy === "OnRootMismatch" && (await rootMatches(directory, fsGroup))) return;
  await changeTree(directory, fsGroup, readOnly);
}

async function rootMatches(directory: string, fsGroup: number): Promise<boolean> {
  const info = await lstat(directory);
  return info.gid === fsGroup && (info.mode & setGid) !== 0 && (info.mode & readWriteMask) === readWriteMask;
}

async function changeTree(path: string, fsGroup: number, readOnly: boolean): Promise<void> {
  const info = await lstat(path);
  await lchown(path, info.uid, fsGroup);
  if (info.isSymbolicLink()) return;
  const mask = readOnly ? readOnlyMask : readWriteMask;
  const extra = info.isDirectory() ? setGid | executeMask : 0;
  await chmod(path, (info.mode & 0o7777) | mask | extra);
  if (!info.isDirectory()) return;
  for (const name of await readdir(path)) await changeTree(join(path, name), fsGroup, readOnly);
}
