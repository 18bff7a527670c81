import { randomBytes } from "node:crypto";
import { access, rm } from "node:fs/promises";
import { SlipwayError } from "../base/errors.ts";
import { ensureAccess, prepareHosts } from "./access.ts";
import { defaultHome, type LabPaths, type Layout, labPaths, layoutOf } from "./layout.ts";
import { withLock } from "./lock.ts";
import { awaitBoot } from "./machine/await-boot.ts";
import { cgroupPath, removeCgroups, removeParentCgroups } from "./machine/cgroups.ts";
import { ensureInotify } from "./machine/inotify.ts";
import { isRunning, startMachine } from "./machine/machine.ts";
import { unmountBelow } from "./mounts.ts";
import { hostAddress, labNetwork } from "./network/addresses.ts";
import { ensureNetwork, removeNetwork, routeDestinations } from "./network/network.ts";
import { claimSubnet, releaseSubnet, subnetOf } from "./network/subnet.ts";
import { type HostCounts, planHosts } from "./plan-hosts.ts";
import { ensureRoot } from "./root/root.ts";
import { answersSsh } from "./ssh.ts";
import { type LabState, readState, readStates, writeState } from "./state.ts";
import { ensureTools } from "./tools.ts";
import { type Lab, machineOf, viewOf } from "./view.ts";

export type LabOptions = {
  readonly name: string;
  /** Where labs and their caches live. */
  readonly home?: string;
  readonly report?: (text: string) => void;
};

export type LabUpOptions = LabOptions &
  HostCounts & {
    /** Packages to bake into the hosts' root; `node` stands for a container runtime and what belongs to it. */
    readonly packages?: readonly string[];
    /** Debian release of the hosts. */
    readonly release?: string;
    /** Install Debian packages that this machine lacks. */
    readonly install?: boolean;
  };

/**
 * Makes the lab, or makes good what is missing of it (hosts that are off, a network that is gone), and returns when every
 * host answers SSH. Fails with LAB_NEEDS_ROOT, LAB_PACKAGES_MISSING, LAB_SHRINK, LAB_COMMAND_FAILED or TIMED_OUT.
 */
export async function labUp(options: LabUpOptions): Promise<Lab> {
  requireRoot(options.name);
  const layout = layoutOf(options.home ?? defaultHome);
  const paths = labPaths(layout, options.name);
  return withLock(paths.lock, async () => {
    const present = await readState(paths);
    const hosts = planHosts(present?.hosts ?? [], options, () => randomBytes(16).toString("hex"));
    if (present && hosts.length === present.hosts.length && (await allAnswer(viewOf(paths, present)))) {
      return viewOf(paths, present);
    }
    const state = { ...(present ?? (await newState(layout, options))), hosts };
    await bringUp(paths, state, options.report ?? (() => {}));
    return viewOf(paths, state);
  });
}

/** Takes everything of a lab away: processes, cgroups, mounts, network, files. Also what is left of a broken one. */
export async function labDown({ name, home, report = () => {} }: LabOptions): Promise<void> {
  requireRoot(name);
  const layout = layoutOf(home ?? defaultHome);
  const paths = labPaths(layout, name);
  await withLock(paths.lock, async () => {
    report(`taking down lab ${name}`);
    await removeCgroups(cgroupPath(name));
    await unmountBelow(paths.dir);
    const subnet = await subnetOf(layout, name);
    if (subnet !== undefined) {
      await removeNetwork(subnet);
      await releaseSubnet(layout, subnet);
    }
    await rm(paths.dir, { recursive: true, force: true });
    await removeParentCgroups();
  });
  await rm(paths.lock, { force: true });
}

/** A lab, and which of its hosts are powered on. */
export type LabStatus = Lab & { readonly running: readonly string[] };

/** All labs of this machine, by name. */
export async function labList(home = defaultHome): Promise<readonly LabStatus[]> {
  const layout = layoutOf(home);
  return Promise.all((await readStates(layout)).map((state) => statusOf(labPaths(layout, state.name), state)));
}

async function statusOf(paths: LabPaths, state: LabState): Promise<LabStatus> {
  const flags = await Promise.all(state.hosts.map((host) => isRunning(machineOf(paths, state, host))));
  const running = state.hosts.filter((_, index) => flags[index]).map(({ name }) => name);
  return { ...viewOf(paths, state), running };
}

async function newState(layout: Layout, options: LabUpOptions): Promise<LabState> {
  const { name, packages = [], release = "bookworm", install = false, report = () => {} } = options;
  await ensureTools(process.env.PATH ?? "", install, report);
  const lowers = await ensureRoot(layout, { release, packages, report });
  const subnet = await claimSubnet(layout, name, await routeDestinations());
  return { name, subnet, lowers, hosts: [] };
}

async function bringUp(paths: LabPaths, state: LabState, report: (text: string) => void): Promise<void> {
  await writeState(paths, state);
  await ensureInotify();
  await ensureNetwork(labNetwork(state.subnet));
  await ensureAccess(paths);
  await prepareHosts(paths, state);
  report(`booting ${state.hosts.map(({ name }) => name).join(", ")}`);
  await Promise.all(
    state.hosts.map(async (host) => {
      const machine = machineOf(paths, state, host);
      await startMachine(machine);
      await awaitBoot(machine, hostAddress(state.subnet, host.ordinal));
    }),
  );
}

async function allAnswer({ hosts, clusterFile }: Lab): Promise<boolean> {
  const answers = await Promise.all(hosts.map(({ address }) => answersSsh(address)));
  const isWritten = await access(clusterFile).then(
    () => true,
    () => false,
  );
  return isWritten && answers.every(Boolean);
}

function requireRoot(name: string): void {
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(name)) {
    throw new SlipwayError({
      code: "LAB_BAD_NAME",
      exit: "usage",
      message: `"${name}" can't name a lab`,
      remedy: "use up to 40 lower-case letters, digits and dashes",
    });
  }
  if (process.getuid?.() === 0) return;
  throw new SlipwayError({
    code: "LAB_NEEDS_ROOT",
    exit: "failure",
    message: "the lab makes namespaces, mounts and bridges, which needs root",
    remedy: "run it as root, or with sudo",
  });
}
