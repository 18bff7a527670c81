/** What /proc tells of the machine's processes (proc(5)). */
import { readdirSync, readFileSync } from "node:fs";

export type ProcessFacts = {
  readonly pid: number;
  readonly parent: number;
  /** R runs, S sleeps, D waits for a device, T is stopped, Z is a zombie. */
  readonly state: string;
  readonly ageSeconds: number;
  readonly cpuSeconds: number;
  /** The kernel function that the process waits in. */
  readonly waitsIn: string;
  readonly command: string;
};

const ticksPerSecond = 100;

export function processes(): ProcessFacts[] {
  const uptime = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => factsOf(Number(name), uptime));
}

export function descendantsOf(pid: number, all: readonly ProcessFacts[]): ProcessFacts[] {
  return all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...descendantsOf(child.pid, all)]);
}

/** None when the process has ended. */
function factsOf(pid: number, uptime: number): ProcessFacts[] {
  try {
    const read = (name: string) => readFileSync(`/proc/${pid}/${name}`, "utf8");
    const stat = read("stat");
    // the name before it is in brackets and may hold blanks
    const [state = "", parent, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [userTicks, systemTicks, startTicks] = [rest[9], rest[10], rest[17]].map(Number);
    return [
      {
        pid,
        parent: Number(parent),
        state,
        ageSeconds: Math.round(uptime - (startTicks ?? 0) / ticksPerSecond),
        cpuSeconds: Math.round(((userTicks ?? 0) + (systemTicks ?? 0)) / ticksPerSecond),
        waitsIn: read("wchan"),
        command: read("cmdline").replaceAll("\0", " ").trim(),
      },
    ];
  } catch {
    return [];
  }
}
