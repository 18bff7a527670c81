import { createReadStream, createWriteStream } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { CriClient } from "../../../kube/cri/client.ts";

export type RotationOptions = {
  readonly cri: CriClient;
  readonly maxBytes: number;
  /** Files of a log altogether, the one in use included. */
  readonly maxFiles: number;
  readonly now: () => Date;
};

/** Rotates a running container's log when it grew past its size (logs/container_log_manager.go). */
export async function rotateLog(path: string, containerId: string, options: RotationOptions): Promise<boolean> {
  const info = await stat(path).catch(() => undefined);
  if (!info || info.size < options.maxBytes) return false;
  await removeOldest(path, options.maxFiles);
  await compressRotated(path);
  const rotated = `${path}.${stamp(options.now())}`;
  await rename(path, rotated);
  try {
    await options.cri.reopenContainerLog({ containerId });
  } catch (thrown) {
    // The container still writes to the file that was moved: it gets its name back.
    await rename(rotated, path);
    throw thrown;
  }
  return true;
}

/** Rotated files of a log, oldest first; the newest is not compressed, as a reader may still be in it. */
async function rotatedFiles(path: string): Promise<string[]> {
  const names = await readdir(dirname(path)).catch(() => []);
  const prefix = `${basename(path)}.`;
  return names
    .filter((name) => name.startsWith(prefix))
    .sort()
    .map((name) => join(dirname(path), name));
}

async function removeOldest(path: string, maxFiles: number): Promise<void> {
  const files = await rotatedFiles(path);
  const stale = files.filter((name) => name.endsWith(".tmp"));
  const kept = files.filter((name) => !name.endsWith(".tmp"));
  // Room for the one that is in use and the one that it becomes.
  const surplus = kept.slice(0, Math.max(0, kept.length - (maxFiles - 2)));
  await Promise.all([...stale, ...surplus].map((file) => rm(file, { force: true })));
}

async function compressRotated(path: string): Promise<void> {
  const plain = (await rotatedFiles(path)).filter((name) => !name.endsWith(".gz"));
  for (const file of plain) {
    await pipeline(createReadStream(file), createGzip(), createWriteStream(`${file}.gz.tmp`));
    await rename(`${file}.gz.tmp`, `${file}.gz`);
    await rm(file);
  }
}

/** `20261121-085507` */
function stamp(time: Date): string {
  return time.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
}
