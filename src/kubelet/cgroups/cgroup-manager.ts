import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../log.ts";
import type { CgroupLimits } from "./cgroup-limits.ts";
import type { CgroupDriver, CgroupName } from "./names.ts";
import { cgroupPath } from "./names.ts";
import { removeCgroup } from "./remove-cgroup.ts";
import { cpuWeight } from "./resources.ts";
import { SystemdSlices } from "./systemd-slices.ts";

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

/** Makes, limits and removes the cgroups of pods (kubepods, its QoS classes, pod<uid>). */
export class CgroupManager {
  readonly #hierarchy: CgroupHierarchy;
  readonly #driver: CgroupDriver;
  readonly #slices: SystemdSlices | undefined;
  readonly #log: Log;

  constructor(hierarchy: CgroupHierarchy, driver: CgroupDriver, log: Log) {
    this.#hierarchy = hierarchy;
    this.#driver = driver;
    this.#slices = driver === "systemd" ? new SystemdSlices(hierarchy.version) : undefined;
    this.#log = log;
  }

  get version(): 1 | 2 {
    return this.#hierarchy.version;
  }

  async ensure(name: CgroupName, limits: CgroupLimits): Promise<void> {
    const path = cgroupPath(name, this.#driver);
    await this.#slices?.ensure(name, limits);
    const trees = [...this.#hierarchy.mounts];
    const isGuide = ([, mount]: [string, string]) => mount === this.#guide;
    for (const [controller, mount] of trees.filter(isGuide)) await this.#make(controller, mount, path);
    await Promise.all(
      trees.filter((tree) => !isGuide(tree)).map(([controller, mount]) => this.#make(controller, mount, path)),
    );
    await (this.version === 1 ? this.#limitV1(path, limits) : this.#limitV2(path, limits));
  }

  /** Removes a cgroup and everything below it; rejects with EBUSY while processes in it end. */
  async remove(name: CgroupName): Promise<void> {
    const path = cgroupPath(name, this.#driver);
    if (this.#slices && (await this.#exists(path))) await this.#slices.stop(name);
    const others = this.#trees.filter((mount) => mount !== this.#guide);
    await Promise.all(others.map((mount) => removeCgroup(join(mount, path))));
    await removeCgroup(join(this.#guide, path));
  }

  /** Uids of pods that have a cgroup below the given parent. */
  async podUids(parent: CgroupName): Promise<string[]> {
    const names = await readdir(join(this.#guide, cgroupPath(parent, this.#driver))).catch(() => []);
    return names.flatMap((name) => /pod([0-9a-f_-]{32,36})(\.slice)?$/.exec(name)?.[1]?.replaceAll("_", "-") ?? []);
  }

  /** The tree that tells which cgroups there are: made in first, removed from last. */
  get #guide(): string {
    const { mounts } = this.#hierarchy;
    return mounts.get("memory") ?? mounts.get("unified") ?? "";
  }

  get #trees(): readonly string[] {
    const { mounts, hybrid } = this.#hierarchy;
    return [...mounts.values(), ...(hybrid ? [hybrid] : [])];
  }

  async #exists(path: string): Promise<boolean> {
    const found = await Promise.all(this.#trees.map((mount) => stat(join(mount, path)).catch(() => undefined)));
    return found.some((one) => one !== undefined);
  }

  async #make(controller: string, mount: string, path: string): Promise<void> {
    await mkdir(join(mount, path), { recursive: true }).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === "EROFS" || thrown.code === "EACCES")
        this.#log.debug(2, "Could not make a cgroup", { controller, path, err: thrown });
      else throw thrown;
    });
    if (controller === "unified") await this.#delegate(mount, path);
  }

  /** v2 gives a cgroup only the controllers that its parents hand down. */
  async #delegate(mount: string, path: string): Promise<void> {
    const available = (await readFile(join(mount, "cgroup.controllers"), "utf8").catch(() => "")).trim();
    const wanted = ["cpu", "cpuset", "memory", "pids", "io", "hugetlb"].filter((one) =>
      available.split(" ").includes(one),
    );
    const parts = path.split("/").filter(Boolean);
    for (const index of parts.keys()) {
      const directory = join(mount, ...parts.slice(0, index));
      await this.#write(join(directory, "cgroup.subtree_control"), wanted.map((one) => `+${one}`).join(" "));
    }
  }

  async #limitV1(path: string, limits: CgroupLimits): Promise<void> {
    const file = (controller: string, name: string) => {
      const mount = this.#hierarchy.mounts.get(controller);
      return mount && join(mount, path, name);
    };
    await this.#set(file("cpu", "cpu.shares"), limits.cpuShares);
    await this.#set(file("cpu", "cpu.cfs_period_us"), limits.cpuQuotaUs === undefined ? undefined : limits.cpuPeriodUs);
    await this.#set(file("cpu", "cpu.cfs_quota_us"), limits.cpuQuotaUs);
    await this.#set(file("memory", "memory.limit_in_bytes"), limits.memoryLimitBytes);
    await this.#set(file("pids", "pids.max"), limits.pidsLimit);
  }

  async #limitV2(path: string, limits: CgroupLimits): Promise<void> {
    const directory = join(this.#hierarchy.mounts.get("unified") ?? "", path);
    const { cpuShares, cpuQuotaUs, cpuPeriodUs } = limits;
    await this.#set(join(directory, "cpu.weight"), cpuShares === undefined ? undefined : cpuWeight(cpuShares));
    await this.#set(join(directory, "cpu.max"), cpuQuotaUs === undefined ? undefined : `${cpuQuotaUs} ${cpuPeriodUs}`);
    await this.#set(join(directory, "memory.max"), limits.memoryLimitBytes);
    await this.#set(join(directory, "pids.max"), limits.pidsLimit);
  }

  async #set(file: string | undefined, value: string | number | undefined): Promise<void> {
    if (file !== undefined && value !== undefined) await this.#write(file, String(value));
  }

  async #write(file: string, value: string): Promise<void> {
    await writeFile(file, value).catch((thrown) =>
      this.#log.debug(2, "Could not set a cgroup's limit", { file, err: thrown }),
    );
  }
}

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
