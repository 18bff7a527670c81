import { readFileSync } from "node:fs";
import type { ContainerStats } from "../../kube/cri/stats.ts";
import { containerNameLabel, podNameLabel, podNamespaceLabel, podUidLabel } from "../cri/labels.ts";
import { kilobytes } from "../node/machine.ts";

/** CPU and memory that something uses. */
export type Usage = {
  readonly atMs: number;
  readonly cpuNanoSeconds: number;
  readonly workingSetBytes: number;
  readonly usageBytes: number;
  readonly rssBytes: number;
};

export type ContainerUsage = Usage & {
  readonly name: string;
  readonly writableBytes: number;
  readonly writableInodes: number;
};
export type PodUsage = {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly containers: readonly ContainerUsage[];
};

/** Statistics of the runtime, by pod; of a container that was restarted only its newest run counts. */
export function podUsages(stats: readonly ContainerStats[]): readonly PodUsage[] {
  const pods = new Map<string, { uid: string; name: string; namespace: string; containers: ContainerUsage[] }>();
  for (const one of newestRuns(stats)) {
    const labels = one.attributes?.labels ?? {};
    const uid = labels[podUidLabel];
    if (uid === undefined) continue;
    const name = labels[podNameLabel] ?? "";
    const namespace = labels[podNamespaceLabel] ?? "";
    const pod = pods.get(uid) ?? { uid, name, namespace, containers: [] };
    pod.containers.push(containerUsage(labels[containerNameLabel] ?? "", one));
    pods.set(uid, pod);
  }
  return [...pods.values()];
}

function newestRuns(stats: readonly ContainerStats[]): readonly ContainerStats[] {
  const newest = new Map<string, ContainerStats>();
  for (const one of stats) {
    const labels = one.attributes?.labels ?? {};
    const key = `${labels[podUidLabel]} ${labels[containerNameLabel]}`;
    if (attemptOf(one) >= attemptOf(newest.get(key))) newest.set(key, one);
  }
  return [...newest.values()];
}

function attemptOf(stats: ContainerStats | undefined): number {
  return stats?.attributes?.metadata?.attempt ?? 0;
}

function containerUsage(name: string, { cpu, memory, writableLayer }: ContainerStats): ContainerUsage {
  const workingSetBytes = memory?.workingSetBytes?.value ?? 0;
  return {
    name,
    atMs: (cpu?.timestamp ?? 0) / 1e6,
    cpuNanoSeconds: cpu?.usageCoreNanoSeconds?.value ?? 0,
    workingSetBytes,
    usageBytes: memory?.usageBytes?.value ?? workingSetBytes,
    rssBytes: memory?.rssBytes?.value ?? 0,
    writableBytes: writableLayer?.usedBytes?.value ?? 0,
    writableInodes: writableLayer?.inodesUsed?.value ?? 0,
  };
}

const ticksPerSecond = 100;

/** What the whole machine uses; its working set is what could not be had back at once. */
export function machineUsage(nowMs: number): Usage {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = cpuTicks();
  const meminfo = readFileSync("/proc/meminfo", "utf8");
  const total = kilobytes(meminfo, "MemTotal");
  return {
    atMs: nowMs,
    cpuNanoSeconds: ((user + nice + system + irq + softirq + steal) / ticksPerSecond) * 1e9,
    workingSetBytes: total - kilobytes(meminfo, "MemAvailable"),
    usageBytes: total - kilobytes(meminfo, "MemFree"),
    rssBytes: kilobytes(meminfo, "AnonPages"),
  };
}

function cpuTicks(): number[] {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n", 1);
  return line.trim().split(/\s+/).slice(1).map(Number);
}

export function summed(usages: readonly Usage[], nowMs: number): Usage {
  const sum = (field: keyof Usage) => usages.reduce((total, usage) => total + usage[field], 0);
  return {
    atMs: Math.max(0, ...usages.map(({ atMs }) => atMs)) || nowMs,
    cpuNanoSeconds: sum("cpuNanoSeconds"),
    workingSetBytes: sum("workingSetBytes"),
    usageBytes: sum("usageBytes"),
    rssBytes: sum("rssBytes"),
  };
}
