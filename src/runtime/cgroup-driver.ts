import type { Facts } from "../hosts/facts.ts";

export type CgroupDriver = "systemd" | "cgroupfs";

/** The driver that runtime and kubelet must share: systemd's where systemd owns a cgroup v2 tree, the file system else. */
export function cgroupDriverOf({ cgroup, initSystem }: Pick<Facts, "cgroup" | "initSystem">): CgroupDriver {
  return cgroup === "v2" && initSystem === "systemd" ? "systemd" : "cgroupfs";
}
