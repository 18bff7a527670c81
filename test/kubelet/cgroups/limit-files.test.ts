import { expect, test } from "vitest";
import { limitFilesV1, limitFilesV2 } from "../../../src/kubelet/cgroups/limit-files.ts";

const limits = {
  cpuShares: 512,
  cpuQuotaUs: 50_000,
  cpuPeriodUs: 100_000,
  memoryLimitBytes: 2 ** 20,
  pidsLimit: 100,
  cpuset: "0-3",
  hugepageLimits: { "2MB": 0 },
};
const written = (files: ReturnType<typeof limitFilesV1>) =>
  Object.fromEntries(files.map(({ file, value }) => [file, value]));

test("cgroup v2's files: weight for shares, quota and period in one, huge pages also as promised", () => {
  expect(written(limitFilesV2(limits))).toEqual({
    "cpu.weight": "20",
    "cpu.max": "50000 100000",
    "cpuset.cpus": "0-3",
    "memory.max": "1048576",
    "pids.max": "100",
    "hugetlb.2MB.max": "0",
    "hugetlb.2MB.rsvd.max": "0",
  });
});

test("cgroup v1's files", () => {
  expect(written(limitFilesV1(limits))).toEqual({
    "cpu.shares": "512",
    "cpu.cfs_period_us": "100000",
    "cpu.cfs_quota_us": "50000",
    "memory.limit_in_bytes": "1048576",
    "pids.max": "100",
    "hugetlb.2MB.limit_in_bytes": "0",
    "hugetlb.2MB.rsvd.limit_in_bytes": "0",
  });
});

test("what is not limited is left alone", () => {
  expect(limitFilesV2({ cpuPeriodUs: 100_000 })).toEqual([]);
  expect(limitFilesV1({ cpuPeriodUs: 100_000 })).toEqual([]);
});
