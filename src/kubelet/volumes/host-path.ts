import type { Stats } from "node:fs";
import { mkdir, stat, writeFile } from "node:fs/promises";
import type { HostPathType } from "../api/volume.ts";

/** Checks a hostPath volume against its type, creating what `…OrCreate` asks for; throws with upstream's wording. */
export async function prepareHostPath(path: string, type: HostPathType): Promise<void> {
  if (type === "") return;
  const info = await stat(path).catch(() => undefined);
  if (type === "DirectoryOrCreate" && !info) {
    await mkdir(path, { recursive: true, mode: 0o755 });
    return;
  }
  if (type === "FileOrCreate" && !info) {
    await writeFile(path, "", { mode: 0o644, flag: "wx" });
    return;
  }
  const wanted = expectations[type];
  if (!info || !wanted.holds(info)) throw new Error(`hostPath type check failed: ${path} is not a ${wanted.noun}`);
}

const directory = { noun: "directory", holds: (info: Stats) => info.isDirectory() };
const file = { noun: "file", holds: (info: Stats) => info.isFile() };
const expectations: Readonly<
  Record<Exclude<HostPathType, "">, { readonly noun: string; readonly holds: (info: Stats) => boolean }>
> = {
  Directory: directory,
  DirectoryOrCreate: directory,
  File: file,
  FileOrCreate: file,
  Socket: { noun: "socket file", holds: (info) => info.isSocket() },
  CharDevice: { noun: "character device", holds: (info) => info.isCharacterDevice() },
  BlockDevice: { noun: "block device", holds: (info) => info.isBlockDevice() },
};
