import { readFileSync, statfsSync } from "node:fs";
import { cpus } from "node:os";

/** What the machine has. */
export type Machine = {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly swapBytes: number;
  readonly machineId: string;
  readonly systemUuid: string;
  readonly bootId: string;
  readonly kernelVersion: string;
  readonly osImage: string;
  /** Go's word: amd64, arm64. */
  readonly architecture: string;
};

const architectures: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

export function readMachine(arch: string): Machine {
  const meminfo = read("/proc/meminfo");
  const machineId = read("/etc/machine-id").trim();
  return {
    cpus: cpus().length,
    memoryBytes: kilobytes(meminfo, "MemTotal"),
    swapBytes: kilobytes(meminfo, "SwapTotal"),
    machineId,
    systemUuid: read("/sys/class/dmi/id/product_uuid").trim() || machineId,
    bootId: read("/proc/sys/kernel/random/boot_id").trim(),
    kernelVersion: read("/proc/sys/kernel/osrelease").trim(),
    osImage: /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(read("/etc/os-release"))?.[1] ?? "Linux",
    architecture: architectures[arch] ?? arch,
  };
}

export type Disk = {
  readonly totalBytes: number;
  readonly availableBytes: number;
  readonly inodes: number;
  readonly inodesFree: number;
};

export function readDisk(path: string): Disk {
  const { bsize, blocks, bavail, files, ffree } = statfsSync(path);
  return { totalBytes: blocks * bsize, availableBytes: bavail * bsize, inodes: files, inodesFree: ffree };
}

/** A row of /proc/meminfo in bytes; 0 when it is not there. */
export function kilobytes(meminfo: string, row: string): number {
  return Number(new RegExp(`^${row}:\\s+(\\d+) kB`, "m").exec(meminfo)?.[1] ?? 0) * 1024;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
