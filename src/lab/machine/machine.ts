import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, open, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { until } from "../../base/until.ts";
import type { HostPaths } from "../layout.ts";
import { isMounted, mountOverlay, unmountBelow } from "../mounts.ts";
import { removeLinks } from "../network/network.ts";
import { cgroupPath, makeCgroups, processesIn, removeCgroups } from "./cgroups.ts";
import type { HostFile } from "./host-files.ts";
import { type Boot, nspawnArgv, nspawnEnv } from "./nspawn.ts";

/** One host as this machine holds it. */
export type Machine = {
  readonly lab: string;
  readonly paths: HostPaths;
  readonly lowers: readonly string[];
  readonly boot: Omit<Boot, "root" | "binds">;
};

/** Lays the host's own layer: its directories and the files that set it apart. */
export async function prepareMachine({ paths }: Machine, files: readonly HostFile[]): Promise<void> {
  const directories = [paths.root, paths.upper, paths.work, paths.containerd];
  await Promise.all(directories.map((directory) => mkdir(directory, { recursive: true, mode: 0o755 })));
  for (const file of files) {
    const path = join(paths.upper, file.path);
    await mkdir(dirname(path), { recursive: true });
    if (file.kind === "symlink") await symlink(file.target, path);
    else {
      await writeFile(path, file.content, { mode: file.mode });
      await chmod(path, file.mode);
    }
  }
}

export async function isRunning({ lab, boot }: Machine): Promise<boolean> {
  return (await processesIn(cgroupPath(lab, boot.hostname))).length > 0;
}

/** Boots the host unless it runs; returns at once, the host comes up by itself. */
export async function startMachine(machine: Machine): Promise<void> {
  const { lab, paths, lowers, boot } = machine;
  if (await isRunning(machine)) return;
  if (!(await isMounted(paths.root))) {
    await mountOverlay({ lowers, upper: paths.upper, work: paths.work, at: paths.root });
  }
  await removeLinks((name) => name === `vb-${boot.machine}`);
  const groups = await makeCgroups(cgroupPath(lab, boot.hostname));
  const argv = nspawnArgv({
    ...boot,
    root: paths.root,
    binds: [[paths.containerd, "/var/lib/containerd"], ...devices()],
  });
  const console = await open(paths.console, "a");
  // The shell moves itself into the host's cgroups before it becomes nspawn, so no process is ever outside of them.
  const enter = groups.map((group) => `echo $$ > ${group}/cgroup.procs`).join(" && ");
  const child = spawn("sh", ["-c", `${enter} && exec "$@"`, "sh", ...argv], {
    detached: true,
    env: { PATH: process.env.PATH, ...nspawnEnv },
    stdio: ["ignore", console.fd, console.fd],
  });
  child.unref();
  await console.close();
}

/** Shuts the host down in order; pulls the plug when that takes more than a minute. */
export async function stopMachine(machine: Machine): Promise<void> {
  const name = machine.boot.hostname;
  for (const pid of await processesIn(cgroupPath(machine.lab, name))) {
    if (isInit(await readStatus(pid))) process.kill(pid, powerOffSignal);
  }
  await until(async () => !(await isRunning(machine)), { for: `${name} to shut down`, withinMs: 60_000 }).catch(
    () => {},
  );
  await killMachine(machine);
}

/** Takes the host's power: every process is killed, its disk stays. */
export async function killMachine({ lab, boot }: Machine): Promise<void> {
  await removeCgroups(cgroupPath(lab, boot.hostname));
}

/** Unmounts the host's root; the host must be off. */
export async function releaseMachine({ paths }: Machine): Promise<void> {
  await unmountBelow(paths.root);
}

/** SIGRTMIN+3: systemd powers off (systemd(1), "Signals"). Sent to the host's own first process, which outlives nspawn. */
const powerOffSignal = 37;

/** Whether /proc/PID/status is of the first process of a host: number 1 one namespace below ours, not of a container in it. */
export function isInit(status: string): boolean {
  return /^NSpid:\t\d+\t1$/m.test(status);
}

function readStatus(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
}

/** Devices that programs of a node open, where this machine has them: the kernel's log, FUSE and TUN. */
function devices(): readonly (readonly [string, string])[] {
  return ["/dev/kmsg", "/dev/fuse", "/dev/net/tun"]
    .filter((path) => existsSync(path))
    .map((path) => [path, path] as const);
}
