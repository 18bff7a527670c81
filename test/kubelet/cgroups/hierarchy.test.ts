import { expect, test } from "vitest";
import { cgroupHierarchy } from "../../../src/kubelet/cgroups/hierarchy.ts";

test("the hierarchy is read off the mounts", () => {
  const v1 = `30 1 0:26 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
31 1 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
32 1 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw`;
  expect(cgroupHierarchy(v1)).toEqual({
    version: 1,
    mounts: new Map([
      ["cpu", "/sys/fs/cgroup/cpu,cpuacct"],
      ["cpuacct", "/sys/fs/cgroup/cpu,cpuacct"],
      ["memory", "/sys/fs/cgroup/memory"],
    ]),
    hybrid: "/sys/fs/cgroup/unified",
  });
  expect(cgroupHierarchy("30 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw")).toEqual({
    version: 2,
    mounts: new Map([["unified", "/sys/fs/cgroup"]]),
  });
});
