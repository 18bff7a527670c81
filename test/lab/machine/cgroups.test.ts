import { expect, it } from "vitest";
import { cgroupPath, parseHierarchies } from "../../../src/lab/machine/cgroups.ts";

it("tells the many hierarchies of v1, their controllers, and v2 apart", () => {
  const text = [
    "30 25 0:26 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755",
    "31 30 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
    "32 30 0:28 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd",
    "33 30 0:29 / /sys/fs/cgroup/unified rw shared:9 - cgroup2 cgroup2 rw",
    "34 25 0:30 / /elsewhere rw - cgroup2 cgroup2 rw",
    "",
  ].join("\n");
  expect(parseHierarchies(text)).toEqual([
    { version: 1, mountPoint: "/sys/fs/cgroup/cpu,cpuacct", controllers: ["rw", "cpu", "cpuacct"] },
    { version: 1, mountPoint: "/sys/fs/cgroup/systemd", controllers: ["rw", "name=systemd"] },
    { version: 2, mountPoint: "/sys/fs/cgroup/unified", controllers: [] },
  ]);
});

it("keeps hosts of different labs apart", () => {
  expect(cgroupPath("a", "cp1")).toBe("slipway-lab/a/cp1");
  expect(cgroupPath("a")).toBe("slipway-lab/a");
});
