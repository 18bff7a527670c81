import { expect, test } from "vitest";
import { cpuMask, limitProperties } from "../../../src/kubelet/cgroups/systemd-slices.ts";

test("limits in systemd's words", () => {
  const limits = { cpuShares: 1024, cpuQuotaUs: 10_000, cpuPeriodUs: 20_000, memoryLimitBytes: 2 ** 20, pidsLimit: 9 };
  expect(limitProperties({ ...limits, cpuset: "0-1" }, 2)).toEqual([
    ["CPUWeight", "t", "39"],
    ["CPUQuotaPeriodUSec", "t", "20000"],
    ["CPUQuotaPerSecUSec", "t", "500000"],
    ["AllowedCPUs", "ay", "1", "3"],
    ["MemoryMax", "t", "1048576"],
    ["TasksMax", "t", "9"],
  ]);
  expect(limitProperties(limits, 1)).toEqual([
    ["CPUShares", "t", "1024"],
    ["CPUQuotaPerSecUSec", "t", "500000"],
    ["MemoryLimit", "t", "1048576"],
    ["TasksMax", "t", "9"],
  ]);
});

test("huge pages are not systemd's", () => {
  expect(limitProperties({ hugepageLimits: { "2MB": 0 } }, 2)).toEqual([]);
});

test.each([
  ["0", [1]],
  ["0-7", [255]],
  ["0-1,8", [3, 1]],
  ["17", [0, 0, 2]],
])("CPUs %s as bits", (list, bits) => {
  expect(cpuMask(list)).toEqual(bits);
});
