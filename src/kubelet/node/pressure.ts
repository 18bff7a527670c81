import { threshold } from "./allocatable.ts";
import type { Disk } from "./machine.ts";

/** What the eviction thresholds are compared with. */
export type Signals = {
  readonly memory: { readonly availableBytes: number; readonly capacityBytes: number };
  readonly nodefs: Disk;
  readonly imagefs: Disk;
  readonly pids: { readonly available: number; readonly max: number };
};

export type Pressure = { readonly memory: boolean; readonly disk: boolean; readonly pid: boolean };

/** Which hard thresholds are crossed (signals of node-pressure eviction). */
export function pressure(signals: Signals, evictionHard: Readonly<Record<string, string>>): Pressure {
  const crossed = (signal: string, available: number, capacity: number) => {
    const limit = evictionHard[signal];
    return limit !== undefined && available < threshold(limit, capacity);
  };
  const { memory, nodefs, imagefs, pids } = signals;
  return {
    memory: crossed("memory.available", memory.availableBytes, memory.capacityBytes),
    disk:
      crossed("nodefs.available", nodefs.availableBytes, nodefs.totalBytes) ||
      crossed("nodefs.inodesFree", nodefs.inodesFree, nodefs.inodes) ||
      crossed("imagefs.available", imagefs.availableBytes, imagefs.totalBytes) ||
      crossed("imagefs.inodesFree", imagefs.inodesFree, imagefs.inodes),
    pid: crossed("pid.available", pids.available, pids.max),
  };
}

/** Pressure that was seen is told on for the transition period after it went, so that the scheduler does not flap. */
export class PressureMemory {
  readonly #holdMs: number;
  readonly #seenAt: Record<keyof Pressure, number> = { memory: -Infinity, disk: -Infinity, pid: -Infinity };

  constructor(holdMs: number) {
    this.#holdMs = holdMs;
  }

  observe(current: Pressure, nowMs: number): Pressure {
    const judged = (kind: keyof Pressure) => {
      if (current[kind]) this.#seenAt[kind] = nowMs;
      return nowMs - this.#seenAt[kind] < this.#holdMs;
    };
    return { memory: judged("memory"), disk: judged("disk"), pid: judged("pid") };
  }
}
