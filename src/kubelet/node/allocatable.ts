import { milliValue, parseQuantity, wholeValue } from "../../kube/quantity.ts";
import type { KubeletConfiguration } from "../config/kubelet-configuration.ts";
import type { HugepagePool } from "./hugepages.ts";
import { hugepageResource } from "./hugepages.ts";
import type { Disk, Machine } from "./machine.ts";

export type NodeResources = {
  readonly capacity: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly enforced: EnforcedResources;
};

/** What all pods together are held to by their common cgroup. */
export type EnforcedResources = {
  readonly milliCpu: number;
  readonly memoryBytes: number;
  readonly pids: number;
  readonly hugepages: readonly HugepagePool[];
};

type Reservations = Pick<
  KubeletConfiguration,
  "kubeReserved" | "systemReserved" | "evictionHard" | "maxPods" | "podsPerCore" | "enforceNodeAllocatable"
>;

type Reserved = (resource: string, value: (quantity: string | undefined) => number) => number;

/** Capacity, and what is left for pods after reservations and the hard eviction thresholds. */
export function nodeResources(machine: Machine, disk: Disk, config: Reservations): NodeResources {
  const reserved: Reserved = (resource, value) =>
    value(config.kubeReserved[resource]) + value(config.systemReserved[resource]);
  const pods = config.podsPerCore > 0 ? Math.min(config.podsPerCore * machine.cpus, config.maxPods) : config.maxPods;
  const milliCpu = machine.cpus * 1000 - reserved("cpu", milliValue);
  const pooled = machine.hugepages.reduce((sum, { pageBytes, pages }) => sum + pageBytes * pages, 0);
  const memory =
    machine.memoryBytes -
    reserved("memory", wholeValue) -
    threshold(config.evictionHard["memory.available"], machine.memoryBytes) -
    pooled;
  const storage =
    disk.totalBytes -
    reserved("ephemeral-storage", wholeValue) -
    threshold(config.evictionHard["nodefs.available"], disk.totalBytes);
  const hugepages = hugepageCapacity(machine.hugepages);
  return {
    capacity: {
      cpu: String(machine.cpus),
      "ephemeral-storage": kibibytes(disk.totalBytes),
      ...hugepages,
      memory: kibibytes(machine.memoryBytes),
      pods: String(pods),
    },
    allocatable: {
      cpu: milliCpu % 1000 === 0 ? String(milliCpu / 1000) : `${milliCpu}m`,
      "ephemeral-storage": String(Math.round(Math.max(0, storage))),
      ...hugepages,
      memory: kibibytes(Math.max(0, memory)),
      pods: String(pods),
    },
    enforced: enforcedResources(machine, config.enforceNodeAllocatable.includes("pods") ? reserved : () => 0),
  };
}

/** Without the eviction thresholds: pods shall be evicted before their cgroup is full (getNodeAllocatableInternalAbsolute). */
function enforcedResources(machine: Machine, reserved: Reserved): EnforcedResources {
  return {
    milliCpu: Math.max(0, machine.cpus * 1000 - reserved("cpu", milliValue)),
    memoryBytes: Math.max(0, machine.memoryBytes - reserved("memory", wholeValue)),
    pids: Math.max(0, machine.maxPids - reserved("pid", wholeValue)),
    hugepages: machine.hugepages,
  };
}

function hugepageCapacity(pools: readonly HugepagePool[]): Record<string, string> {
  return Object.fromEntries(
    pools.map(({ pageBytes, pages }) => [
      hugepageResource(pageBytes),
      pages === 0 ? "0" : kibibytes(pageBytes * pages),
    ]),
  );
}

/** A threshold is an amount or a share of the capacity. */
export function threshold(text: string | undefined, capacity: number): number {
  if (text === undefined) return 0;
  if (text.endsWith("%")) return (Number(text.slice(0, -1)) / 100) * capacity;
  return parseQuantity(text) ?? 0;
}

function kibibytes(bytes: number): string {
  return bytes % 1024 === 0 ? `${bytes / 1024}Ki` : String(Math.floor(bytes));
}
