import { constants, openSync, readSync } from "node:fs";

/** Longer than any record of the kernel's log (PRINTK_MESSAGE_MAX and its header). */
const recordBytes = 16_384;

/**
 * Gives the records of /dev/kmsg that were not given before, the first time all that the kernel still has; none on a host
 * that does not let it be read.
 */
export function kernelLog(path: string): () => readonly string[] {
  let file: number | undefined;
  return () => {
    try {
      file ??= openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch {
      return [];
    }
    return readAll(file);
  };
}

/** Each read gives one record. EPIPE: older ones were overwritten, and the next read goes on after them. */
function readAll(file: number): string[] {
  const records: string[] = [];
  const buffer = Buffer.allocUnsafe(recordBytes);
  for (;;) {
    try {
      const length = readSync(file, buffer);
      if (length === 0) return records;
      records.push(buffer.toString("utf8", 0, length));
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== "EPIPE") return records;
    }
  }
}
