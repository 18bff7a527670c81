import type { LabOptions } from "./lab.ts";
import { defaultHome, labPaths, layoutOf } from "./layout.ts";
import { withLock } from "./lock.ts";
import { awaitBoot } from "./machine/await-boot.ts";
import { killMachine, type Machine, startMachine, stopMachine } from "./machine/machine.ts";
import { hostAddress } from "./network/addresses.ts";
import { machineOf, requireHost, requireState } from "./view.ts";

export type PowerOptions = LabOptions & {
  /** Names of the hosts concerned; all of them unless given. */
  readonly hosts?: readonly string[];
};

/** Cuts the power: every process is killed where it stands, as by a pulled plug. Disks stay. */
export function labPowerOff(options: PowerOptions): Promise<void> {
  return onHosts(options, (machine) => killMachine(machine));
}

/** Boots hosts that are off and waits until they answer SSH. */
export function labPowerOn(options: PowerOptions): Promise<void> {
  return onHosts(options, async (machine, address) => {
    await startMachine(machine);
    await awaitBoot(machine, address);
  });
}

/** Shuts hosts down in order, boots them again and waits until they answer SSH. */
export function labReboot(options: PowerOptions): Promise<void> {
  return onHosts(options, async (machine, address) => {
    await stopMachine(machine);
    await startMachine(machine);
    await awaitBoot(machine, address);
  });
}

async function onHosts(
  { name, home = defaultHome, hosts }: PowerOptions,
  work: (machine: Machine, address: string) => Promise<void>,
): Promise<void> {
  const layout = layoutOf(home);
  const paths = labPaths(layout, name);
  await withLock(paths.lock, async () => {
    const state = await requireState(layout, name);
    const chosen = hosts?.length ? hosts.map((host) => requireHost(state, host)) : state.hosts;
    await Promise.all(
      chosen.map((host) => work(machineOf(paths, state, host), hostAddress(state.subnet, host.ordinal))),
    );
  });
}
