import { readFileSync } from "node:fs";
import { kilobytes, readDisk } from "./machine.ts";
import type { Signals } from "./pressure.ts";

/** Reads what the eviction thresholds are compared with. `imageRoot` is where the runtime keeps images. */
export function readSignals(kubeletRoot: string, imageRoot: string): Signals {
  const meminfo = readFileSync("/proc/meminfo", "utf8");
  const max = Number(readFileSync("/proc/sys/kernel/pid_max", "utf8"));
  const running = Number(/\/(\d+) /.exec(readFileSync("/proc/loadavg", "utf8"))?.[1] ?? 0);
  return {
    memory: { availableBytes: kilobytes(meminfo, "MemAvailable"), capacityBytes: kilobytes(meminfo, "MemTotal") },
    nodefs: readDisk(kubeletRoot),
    imagefs: readDisk(imageRoot),
    pids: { available: max - running, max },
  };
}
