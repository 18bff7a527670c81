import { expect, test } from "vitest";
import {
  hugepageDirectoryBytes,
  hugepageLimits,
  hugepageResource,
  hugepageSize,
} from "../../../src/kubelet/node/hugepages.ts";

test.each([
  ["hugepages-64kB", 2 ** 16, "hugepages-64Ki", "64KB"],
  ["hugepages-2048kB", 2 ** 21, "hugepages-2Mi", "2MB"],
  ["hugepages-32768kB", 2 ** 25, "hugepages-32Mi", "32MB"],
  ["hugepages-1048576kB", 2 ** 30, "hugepages-1Gi", "1GB"],
  ["hugepages-16777216kB", 2 ** 34, "hugepages-16Gi", "16GB"],
])("%s", (directory, bytes, resource, size) => {
  expect(hugepageDirectoryBytes(directory)).toBe(bytes);
  expect([hugepageResource(bytes), hugepageSize(bytes)]).toEqual([resource, size]);
});

test("each size that the kernel has gets a limit: 0 when it is not asked for", () => {
  const pools = [
    { pageBytes: 2 ** 21, pages: 8 },
    { pageBytes: 2 ** 30, pages: 0 },
  ];
  const asked: Record<string, number> = { "hugepages-2Mi": 2 ** 22 };
  expect(hugepageLimits(pools, (resource) => asked[resource] ?? 0)).toEqual({ "2MB": 2 ** 22, "1GB": 0 });
});
