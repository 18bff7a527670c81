import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../log.ts";
import type { CgroupLimits } from "./cgroup-limits.ts";
import type { CgroupHierarchy } from "./hierarchy.ts";
import { limitFilesV1, limitFilesV2 } from "./limit-files.ts";
import type { CgroupDriver, CgroupName } from "./names.ts";
import { cgroupPath } from "./names.ts";
import { removeCgroup } from "./remove-cgroup.ts";
import { SystemdSlices } from "./systemd-slices.ts";

/** Controllers that a kernel may have been built without, or a host may not hand down. */
const optionalControllers = ["hugetlb", "pids", "cpuset"];

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

  /** Rejects when the cgroup can't be made, or a limit can't be set: what runs in it would not be held to it. */
  async ensure(name: CgroupName, limits: CgroupLimits): Promise<void> {
    const path = cgroupPath(name, this.#driver);
    await this.#slices?.ensure(name, limits);
    const trees = [...this.#hierarchy.mounts];
    const isGuide = ([, mount]: [string, string]) => mount === this.#guide;
    for (const [controller, mount] of trees.filter(isGuide)) await this.#make(controller, mount, path);
    await Promise.all(
      trees.filter((tree) => !isGuide(tree)).map(([controller, mount]) => this.#make(controller, mount, path)),
    );
    await this.#limit(path, limits);
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

  exists(name: CgroupName): Promise<boolean> {
    return this.#exists(cgroupPath(name, this.#driver));
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
      for (const one of wanted) await this.#handDown(join(directory, "cgroup.subtree_control"), one);
    }
  }

  async #limit(path: string, limits: CgroupLimits): Promise<void> {
    const files = this.version === 1 ? limitFilesV1(limits) : limitFilesV2(limits);
    for (const { controller, file, value } of files) {
      const mount = this.#hierarchy.mounts.get(this.version === 1 ? controller : "unified");
      if (mount === undefined) continue;
      await writeFile(join(mount, path, file), value).catch((thrown: NodeJS.ErrnoException) => {
        if (thrown.code === "ENOENT" && optionalControllers.includes(controller)) return;
        throw new Error(`failed to write "${value}" to "${join(mount, path, file)}": ${thrown.code}`, {
          cause: thrown,
        });
      });
    }
  }

  /** A controller that is not handed down shows when a limit of it is set. */
  async #handDown(file: string, controller: string): Promise<void> {
    await writeFile(file, `+${controller}`).catch((thrown) =>
      this.#log.debug(2, "Could not hand down a controller", { file, controller, err: thrown }),
    );
  }
}
