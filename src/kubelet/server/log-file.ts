import { watch } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const chunkBytes = 64 * 1024;
const newline = 0x0a;
const pollMs = 1000;

/** Byte offset at which the last `lines` lines begin. */
export async function tailOffset(file: FileHandle, size: number, lines: number): Promise<number> {
  if (lines === 0) return size;
  let missing = lines + 1;
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - chunkBytes);
    const { buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    for (let at = buffer.length - 1; at >= 0; at--) {
      const isLineEnd = buffer[at] === newline && start + at !== size - 1;
      if (isLineEnd && --missing === 1) return start + at + 1;
    }
    end = start;
  }
  return 0;
}

export type FollowOptions = {
  readonly tailLines: number | undefined;
  readonly follow: boolean;
  readonly signal: AbortSignal;
  /** Whether more can come; asked when the end was reached. */
  isOpen(): Promise<boolean>;
};

/** The lines of a log file, without their line ends; with `follow` as they come, through rotations of the file. */
export async function* logLines(path: string, options: FollowOptions): AsyncGenerator<Buffer, void, undefined> {
  let file = await open(path);
  try {
    const { size } = await file.stat();
    let offset = options.tailLines === undefined ? 0 : await tailOffset(file, size, options.tailLines);
    let rest = Buffer.alloc(0);
    while (!options.signal.aborted) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, offset);
      if (bytesRead > 0) {
        offset += bytesRead;
        const { lines, tail } = cut(Buffer.concat([rest, buffer.subarray(0, bytesRead)]));
        rest = Buffer.from(tail);
        yield* lines;
        continue;
      }
      const next = await successor(file, path);
      if (next) {
        await file.close();
        file = next;
        offset = 0;
        continue;
      }
      if (!options.follow || !(await moreToCome(path, options))) return;
    }
  } finally {
    await file.close();
  }
}

function cut(bytes: Buffer): { lines: Buffer[]; tail: Buffer } {
  const lines: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, from)) {
    lines.push(bytes.subarray(from, at));
    from = at + 1;
  }
  return { lines, tail: bytes.subarray(from) };
}

/** The file that took this one's place, if the log was rotated. */
async function successor(file: FileHandle, path: string): Promise<FileHandle | undefined> {
  const [here, there] = await Promise.all([file.stat(), stat(path).catch(() => undefined)]);
  if (!there || there.ino === here.ino) return undefined;
  return open(path).catch(() => undefined);
}

/** Waits for the file to change; false when its container has ended and nothing was added meanwhile. */
async function moreToCome(path: string, { signal, isOpen }: FollowOptions): Promise<boolean> {
  const before = await stat(path).catch(() => undefined);
  const open = await isOpen();
  const after = await stat(path).catch(() => undefined);
  if (before?.size !== after?.size || before?.ino !== after?.ino) return true;
  if (!open) return false;
  await changed(path, signal);
  return true;
}

async function changed(path: string, signal: AbortSignal): Promise<void> {
  const woken = Promise.withResolvers<void>();
  const watcher = watch(dirname(path), () => woken.resolve());
  watcher.on("error", () => woken.resolve());
  try {
    await Promise.race([woken.promise, sleep(pollMs, undefined, { signal, ref: false }).catch(() => undefined)]);
  } finally {
    watcher.close();
  }
}
