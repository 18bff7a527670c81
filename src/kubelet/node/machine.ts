import { existsSync, readdirSync, readFileSync, statfsSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { HugepagePool } from "./hugepages.ts";
import { hugepageDirectoryBytes } from "./hugepages.ts";

/** What the machine has. */
export type Machine = {
  readonly cpus: number;
  /** Those that are switched on, as the kernel lists them: "0-3". */
  readonly cpuset: string;
  readonly memoryBytes: number;
  readonly hugepages: readonly HugepagePool[];
  /** How many processes and threads there may be at a time. */
  readonly maxPids: number;
  readonly swapBytes: number;
  /** Whether a cgroup's use of swap can be limited; not where cgroup v1 rules or the kernel does not count swap. */
  readonly canLimitSwap: boolean;
  readonly hasAppArmor: boolean;
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
    cpuset: read("/sys/devices/system/cpu/online").trim(),
    memoryBytes: kilobytes(meminfo, "MemTotal"),
    hugepages: readHugepages("/sys/kernel/mm/hugepages"),
    maxPids: Math.min(number("/proc/sys/kernel/pid_max"), number("/proc/sys/kernel/threads-max")),
    swapBytes: kilobytes(meminfo, "SwapTotal"),
    // The root cgroup has no such file, so the kubelet's own is asked (checkSwapControllerAvailability).
    canLimitSwap: existsSync(join("/sys/fs/cgroup", ownCgroup(read("/proc/self/cgroup")), "memory.swap.max")),
    hasAppArmor: read("/sys/module/apparmor/parameters/enabled").startsWith("Y"),
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

/** The v2 cgroup of a process by its /proc/<pid>/cgroup. */
function ownCgroup(text: string): string {
  return /^0::(.*)$/m.exec(text)?.[1] ?? "";
}

/** The kernel's pools by page size; none where it was built without huge pages. */
function readHugepages(directory: string): readonly HugepagePool[] {
  return names(directory).flatMap((name) => {
    const pageBytes = hugepageDirectoryBytes(name);
    return pageBytes === undefined ? [] : [{ pageBytes, pages: number(`${directory}/${name}/nr_hugepages`) }];
  });
}

function names(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function number(path: string): number {
  return Number(read(path));
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
