import { hostname, userInfo } from "node:os";
import type { LockOwner } from "../../phases/engine/journal/lock.ts";

/** A run's name, sortable by time: 20260102T030405Z-4f2a. */
export function runName(now: Date, random: string): string {
  return `${now.toISOString().replace(/[-:]|\.\d+/g, "")}-${random}`;
}

export function thisOwner(run: string, now: Date): LockOwner {
  return { run, user: userInfo().username, machine: hostname(), pid: process.pid, since: now.toISOString() };
}

/** Whether the holder of a lock ran on this machine and its process is gone. */
export function isDeadHere({ machine, pid }: LockOwner): boolean {
  if (machine !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "ESRCH";
  }
}
