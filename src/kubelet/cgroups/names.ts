import type { QosClass } from "./qos.ts";

export type CgroupDriver = "cgroupfs" | "systemd";

/** A cgroup as its path of plain names, root last word left out: ["kubepods", "burstable", "pod<uid>"]. */
export type CgroupName = readonly string[];

export function qosCgroup(qos: QosClass): CgroupName {
  return qos === "Guaranteed" ? ["kubepods"] : ["kubepods", qos.toLowerCase()];
}

export function podCgroup(qos: QosClass, uid: string): CgroupName {
  return [...qosCgroup(qos), `pod${uid}`];
}

/** The path below a controller's mount, as runc's cgroupParent and /proc/<pid>/cgroup want it. */
export function cgroupPath(name: CgroupName, driver: CgroupDriver): string {
  if (driver === "cgroupfs") return `/${name.join("/")}`;
  return `/${name.map((_, index) => sliceName(name.slice(0, index + 1))).join("/")}`;
}

/** What the CRI's cgroup_parent holds: a path for cgroupfs, the last slice's name for systemd. */
export function cgroupParent(name: CgroupName, driver: CgroupDriver): string {
  return driver === "cgroupfs" ? cgroupPath(name, driver) : sliceName(name);
}

/** `kubepods-burstable-pod<uid>.slice`, with dashes of a component written as underscores. */
export function sliceName(name: CgroupName): string {
  return `${name.map((part) => part.replaceAll("-", "_")).join("-")}.slice`;
}
