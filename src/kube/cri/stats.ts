import { int64, string, stringMap } from "../protobuf/field.ts";
import { type Decoded, many, message, one } from "../protobuf/message.ts";
import { containerMetadata } from "./container.ts";
import { filesystemUsage } from "./image.ts";
import { psiStats, uint64Value } from "./resources.ts";
import { podSandboxMetadata } from "./sandbox.ts";

// Timestamps are nanoseconds since the epoch.

export const cpuUsage = message({
  timestamp: int64(1),
  usageCoreNanoSeconds: one(uint64Value, 2),
  usageNanoCores: one(uint64Value, 3),
  psi: one(psiStats, 4),
});
export const memoryUsage = message({
  timestamp: int64(1),
  workingSetBytes: one(uint64Value, 2),
  availableBytes: one(uint64Value, 3),
  usageBytes: one(uint64Value, 4),
  rssBytes: one(uint64Value, 5),
  pageFaults: one(uint64Value, 6),
  majorPageFaults: one(uint64Value, 7),
  psi: one(psiStats, 8),
});
export const ioUsage = message({ timestamp: int64(1), psi: one(psiStats, 2) });
export const swapUsage = message({
  timestamp: int64(1),
  swapAvailableBytes: one(uint64Value, 2),
  swapUsageBytes: one(uint64Value, 3),
});

export const containerAttributes = message({
  id: string(1),
  metadata: one(containerMetadata, 2),
  labels: stringMap(3),
  annotations: stringMap(4),
});
export const containerStats = message({
  attributes: one(containerAttributes, 1),
  cpu: one(cpuUsage, 2),
  memory: one(memoryUsage, 3),
  writableLayer: one(filesystemUsage, 4),
  swap: one(swapUsage, 5),
  io: one(ioUsage, 6),
});
export type ContainerStats = Decoded<typeof containerStats>;
export const containerStatsFilter = message({ id: string(1), podSandboxId: string(2), labelSelector: stringMap(3) });

export const networkInterfaceUsage = message({
  name: string(1),
  rxBytes: one(uint64Value, 2),
  rxErrors: one(uint64Value, 3),
  txBytes: one(uint64Value, 4),
  txErrors: one(uint64Value, 5),
});
export const networkUsage = message({
  timestamp: int64(1),
  defaultInterface: one(networkInterfaceUsage, 2),
  interfaces: many(networkInterfaceUsage, 3),
});
export const processUsage = message({ timestamp: int64(1), processCount: one(uint64Value, 2) });

export const podSandboxAttributes = message({
  id: string(1),
  metadata: one(podSandboxMetadata, 2),
  labels: stringMap(3),
  annotations: stringMap(4),
});
export const linuxPodSandboxStats = message({
  cpu: one(cpuUsage, 1),
  memory: one(memoryUsage, 2),
  network: one(networkUsage, 3),
  process: one(processUsage, 4),
  containers: many(containerStats, 5),
  io: one(ioUsage, 6),
});
export const podSandboxStats = message({
  attributes: one(podSandboxAttributes, 1),
  linux: one(linuxPodSandboxStats, 2),
});
export type PodSandboxStats = Decoded<typeof podSandboxStats>;
export const podSandboxStatsFilter = message({ id: string(1), labelSelector: stringMap(2) });
