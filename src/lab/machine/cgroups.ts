import { globSync } from "node:fs";
import { mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { until } from "../../base/until.ts";
import { codeOf, isNotFound } from "../fs-errors.ts";

/** A cgroup hierarchy of this machine: v2's one, or one of v1's many. */
export type Hierarchy = {
  readonly version: 1 | 2;
  readonly mountPoint: string;
  readonly controllers: readonly string[];
};

const parent = "slipway-lab";

/** Reads the hierarchies from mountinfo (proc(5)): those of v1 name their controllers among the super options. */
export function parseHierarchies(mountInfo: string): readonly Hierarchy[] {
  return mountInfo.split("\n").flatMap((line): Hierarchy[] => {
    const [left = "", right = ""] = line.split(" - ");
    const mountPoint = left.split(" ")[4] ?? "";
    const [type, , options = ""] = right.split(" ");
    if (!mountPoint.startsWith("/sys/fs/cgroup")) return [];
    if (type === "cgroup2") return [{ version: 2, mountPoint, controllers: [] }];
    return type === "cgroup" ? [{ version: 1, mountPoint, controllers: options.split(",") }] : [];
  });
}

/** The cgroup of a lab or of one host, relative to a hierarchy's mount point. */
export function cgroupPath(lab: string, host = ""): string {
  return join(parent, lab, host);
}

/** Makes `path` in every hierarchy, able to hold processes, and gives the directories. */
export async function makeCgroups(path: string): Promise<readonly string[]> {
  const all = await hierarchies();
  const make = (hierarchy: Hierarchy) =>
    // the last lab to go down removes what holds all labs, at any moment until there is something in it
    until(() => makeIn(hierarchy, path), {
      for: `the cgroup ${path} in ${hierarchy.mountPoint}`,
      withinMs: 10_000,
      everyMs: 1,
      isFinal: (thrown) => !isGone(thrown),
    });
  return Promise.all(all.map(make));
}

/** Process ids below `path`, in whichever hierarchy. */
export async function processesIn(path: string): Promise<readonly number[]> {
  const groups = (await hierarchies()).flatMap(({ mountPoint }) => groupsBelow(join(mountPoint, path)));
  const texts = await Promise.all(groups.map((group) => readProcs(group)));
  return [...new Set(texts.flatMap((text) => text.split("\n").filter(Boolean).map(Number)))].filter((pid) => pid > 0);
}

/** Kills everything below `path` and removes its cgroups. */
export async function removeCgroups(path: string): Promise<void> {
  await until(async () => (await killAll(path)) === 0, {
    for: `the processes of ${path} to end`,
    withinMs: 60_000,
    everyMs: 30,
  });
  for (const { mountPoint } of await hierarchies()) {
    for (const group of groupsBelow(join(mountPoint, path)).reverse()) await removeGroup(group);
  }
}

/** Removes what holds the labs' cgroups once no lab is left. */
export async function removeParentCgroups(): Promise<void> {
  for (const { mountPoint } of await hierarchies()) {
    // Busy when another lab is up: then it stays.
    await rmdir(join(mountPoint, parent)).catch(() => {});
  }
}

async function hierarchies(): Promise<readonly Hierarchy[]> {
  return parseHierarchies(await readFile("/proc/self/mountinfo", "utf8"));
}

async function makeIn({ version, mountPoint, controllers }: Hierarchy, path: string): Promise<string> {
  let group = mountPoint;
  for (const name of path.split("/")) {
    if (version === 2) await delegate(group);
    group = join(group, name);
    await makeDirectory(group);
    if (controllers.includes("cpuset")) await inheritCpuset(group);
  }
  return group;
}

async function makeDirectory(path: string): Promise<void> {
  await mkdir(path).catch((thrown) => {
    if (codeOf(thrown) !== "EEXIST") throw thrown;
  });
}

/** Of a cgroup that is removed its files say ENODEV to those who have them open. */
function isGone(thrown: unknown): boolean {
  return isNotFound(thrown) || codeOf(thrown) === "ENODEV";
}

/** A v2 group hands its controllers on only when told to. */
async function delegate(group: string): Promise<void> {
  const controllers = (await readFile(join(group, "cgroup.controllers"), "utf8")).trim().split(/\s+/).filter(Boolean);
  if (controllers.length === 0) return;
  await writeFile(join(group, "cgroup.subtree_control"), controllers.map((name) => `+${name}`).join(" "));
}

/** A new v1 cpuset is empty, and no process can enter it. */
async function inheritCpuset(group: string): Promise<void> {
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    if ((await readFile(join(group, file), "utf8")).trim() !== "") continue;
    await writeFile(join(group, file), await readFile(join(dirname(group), file), "utf8"));
  }
  await writeFile(join(group, "cgroup.clone_children"), "1");
}

async function killAll(path: string): Promise<number> {
  const pids = await processesIn(path);
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended between the look and the signal.
    }
  }
  return pids.length;
}

/** A cgroup and those below it, parents first. */
function groupsBelow(group: string): string[] {
  return globSync([group, `${group}/**/`])
    .map((path) => path.replace(/\/$/, ""))
    .sort();
}

async function readProcs(group: string): Promise<string> {
  return readFile(join(group, "cgroup.procs"), "utf8").catch((thrown) => {
    if (isGone(thrown)) return "";
    throw thrown;
  });
}

async function removeGroup(group: string): Promise<void> {
  await until(
    () =>
      rmdir(group).then(
        () => true,
        (thrown) => isNotFound(thrown) || Promise.reject(thrown),
      ),
    { for: `the cgroup ${group} to be empty`, withinMs: 60_000, everyMs: 20 },
  );
}
