export type CgroupHierarchy = {
  readonly version: 1 | 2;
  /** Where each controller's tree is mounted; v2 has one, named "unified". */
  readonly mounts: ReadonlyMap<string, string>;
  /** A v2 tree beside v1 controllers: runtimes put containers there too, so pods' directories go from it as well. */
  readonly hybrid?: string;
};

const v1Controllers = [
  "cpu",
  "cpuacct",
  "cpuset",
  "memory",
  "pids",
  "blkio",
  "devices",
  "freezer",
  "hugetlb",
  "systemd",
];

/** Finds the mounted hierarchies from /proc/self/mountinfo's text. A v1 host may have a v2 tree without controllers. */
export function cgroupHierarchy(mountinfo: string): CgroupHierarchy {
  const rows = mountinfo.split("\n").flatMap((line) => {
    const [left = "", right = ""] = line.split(" - ");
    const [kind = "", , options = ""] = right.split(" ");
    return kind.startsWith("cgroup") ? [{ kind, point: left.split(" ")[4] ?? "", options: options.split(",") }] : [];
  });
  const v1 = rows.filter(({ kind }) => kind === "cgroup");
  const hybrid = rows.find(({ kind }) => kind === "cgroup2")?.point;
  if (v1.length === 0) return { version: 2, mounts: new Map([["unified", hybrid ?? "/sys/fs/cgroup"]]) };
  const mounts = v1Controllers.flatMap((controller): [string, string][] => {
    const row = v1.find(({ options }) => options.includes(controller) || options.includes(`name=${controller}`));
    return row ? [[controller, row.point]] : [];
  });
  return { version: 1, mounts: new Map(mounts), ...(hybrid && { hybrid }) };
}
