import { milliValue, parseQuantity, wholeValue } from "../../kube/quantity.ts";
import type { KubeletConfiguration } from "../config/kubelet-configuration.ts";
import type { Disk, Machine } from "./machine.ts";

export type NodeResources = {
  readonly capacity: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly allocatableMilliCpu: number;
  readonly allocatableMemoryBytes: number;
};

type Reservations = Pick<
  KubeletConfiguration,
  "kubeReserved" | "systemReserved" | "evictionHard" | "maxPods" | "podsPerCore"
>;

/** Capacity, and what is left for pods after reservations and the hard eviction thresholds. */
export function nodeResources(machine: Machine, disk: Disk, config: Reservations): NodeResources {
  const reserved = (resource: string, value: (quantity: string | undefined) => number) =>
    value(config.kubeReserved[resource]) + value(config.systemReserved[resource]);
  const pods = config.podsPerCore > 0 ? Math.min(config.podsPerCore * machine.cpus, config.maxPods) : config.maxPods;
  const milliCpu = machine.cpus * 1000 - reserved("cpu", milliValue);
  const memory =
    machine.memoryBytes -
    reserved("memory", wholeValue) -
    threshold(config.evictionHard["memory.available"], machine.memoryBytes);
  const storage =
    disk.totalBytes -
    reserved("ephemeral-storage", wholeValue) -
    threshold(config.evictionHard["nodefs.available"], disk.totalBytes);
  const hugepages = { "hugepages-1Gi": "0", "hugepages-2Mi": "0" };
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
    allocatableMilliCpu: milliCpu,
    allocatableMemoryBytes: Math.max(0, memory),
  };
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
