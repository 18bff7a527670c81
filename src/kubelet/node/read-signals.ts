import { readFileSync } from "node:fs";
import { kilobytes, readDisk } from "./machine.ts";
import type { Signals } from "./pressure.ts";

/** Reads what the eviction thresholds are compared with. */
export function readSignals(kubeletRoot: string): Signals {
  const meminfo = readFileSync("/proc/meminfo", "utf8");
  const nodefs = readDisk(kubeletRoot);
  const max = Number(readFileSync("/proc/sys/kernel/pid_max", "utf8"));
  const running = Number(/\/(\d+) /.exec(readFileSync("/proc/loadavg", "utf8"))?.[1] ?? 0);
  return {
    memory: { availableBytes: kilobytes(meminfo, "MemAvailable"), capacityBytes: kilobytes(meminfo, "MemTotal") },
    nodefs,
    imagefs: nodefs,
    pids: { available: max - running, max },
  };
}
