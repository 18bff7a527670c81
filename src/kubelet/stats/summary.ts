import { rfc3339 } from "../../kube/rfc3339.ts";
import type { Disk } from "../node/machine.ts";
import type { ContainerUsage, PodUsage, Usage } from "./usage.ts";
import { summed } from "./usage.ts";

export type SummaryFacts = {
  readonly nodeName: string;
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly machine: Usage;
  readonly memoryCapacityBytes: number;
  readonly disk: Disk;
  readonly pods: readonly PodUsage[];
  /** Cores in use between the last two readings, by a key of node, pod or container. */
  rate(key: string, usage: Usage): number | undefined;
};

/** stats.k8s.io/v1alpha1 Summary, as /stats/summary gives it. */
export function summary(facts: SummaryFacts) {
  const { nodeName, startedAtMs, machine, memoryCapacityBytes, disk, pods } = facts;
  const fs = {
    time: rfc3339(facts.nowMs),
    availableBytes: disk.availableBytes,
    capacityBytes: disk.totalBytes,
    usedBytes: disk.totalBytes - disk.availableBytes,
    inodesFree: disk.inodesFree,
    inodes: disk.inodes,
    inodesUsed: disk.inodes - disk.inodesFree,
  };
  return {
    node: {
      nodeName,
      startTime: rfc3339(startedAtMs),
      cpu: cpuOf("node", machine, facts),
      memory: { ...memoryOf(machine), availableBytes: memoryCapacityBytes - machine.workingSetBytes },
      fs,
      runtime: { imageFs: fs, containerFs: fs },
    },
    pods: pods.map((pod) => podSummary(pod, facts)),
  };
}

function podSummary(pod: PodUsage, facts: SummaryFacts) {
  const total = summed(pod.containers, facts.nowMs);
  return {
    podRef: { name: pod.name, namespace: pod.namespace, uid: pod.uid },
    startTime: rfc3339(facts.startedAtMs),
    containers: pod.containers.map((container) => containerSummary(pod, container, facts)),
    cpu: cpuOf(pod.uid, total, facts),
    memory: memoryOf(total),
  };
}

function containerSummary(pod: PodUsage, container: ContainerUsage, facts: SummaryFacts) {
  return {
    name: container.name,
    startTime: rfc3339(facts.startedAtMs),
    cpu: cpuOf(`${pod.uid}/${container.name}`, container, facts),
    memory: memoryOf(container),
    rootfs: {
      time: rfc3339(facts.nowMs),
      usedBytes: container.writableBytes,
      inodesUsed: container.writableInodes,
      capacityBytes: facts.disk.totalBytes,
      availableBytes: facts.disk.availableBytes,
    },
  };
}

function cpuOf(key: string, usage: Usage, { rate }: SummaryFacts) {
  const cores = rate(key, usage);
  return {
    time: rfc3339(usage.atMs),
    usageCoreNanoSeconds: Math.round(usage.cpuNanoSeconds),
    ...(cores !== undefined && { usageNanoCores: Math.round(cores * 1e9) }),
  };
}

function memoryOf(usage: Usage) {
  return {
    time: rfc3339(usage.atMs),
    workingSetBytes: usage.workingSetBytes,
    usageBytes: usage.usageBytes,
    rssBytes: usage.rssBytes,
  };
}
