import { double, int64, string, stringMap, uint32, uint64 } from "../protobuf/field.ts";
import { type Decoded, type Input, many, message, one } from "../protobuf/message.ts";

// Field numbers: k8s.io/cri-api/pkg/apis/runtime/v1/api.proto.

export const int64Value = message({ value: int64(1) });
export const uint64Value = message({ value: uint64(1) });

export const hugepageLimit = message({ pageSize: string(1), limit: uint64(2) });
export const linuxContainerResources = message({
  cpuPeriod: int64(1),
  cpuQuota: int64(2),
  cpuShares: int64(3),
  memoryLimitInBytes: int64(4),
  oomScoreAdj: int64(5),
  cpusetCpus: string(6),
  cpusetMems: string(7),
  hugepageLimits: many(hugepageLimit, 8),
  unified: stringMap(9),
  memorySwapLimitInBytes: int64(10),
});
export type LinuxContainerResources = Input<Decoded<typeof linuxContainerResources>>;

export const psiData = message({ total: uint64(1), avg10: double(2), avg60: double(3), avg300: double(4) });
export const psiStats = message({ full: one(psiData, 1), some: one(psiData, 2) });

export const idMapping = message({ hostId: uint32(1), containerId: uint32(2), length: uint32(3) });
