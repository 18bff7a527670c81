import { join } from "node:path";
import { SlipwayError } from "../base/errors.ts";
import { hostPaths, type LabPaths, type Layout, labPaths } from "./layout.ts";
import type { Machine } from "./machine/machine.ts";
import { hostAddress, labNetwork, machineName } from "./network/addresses.ts";
import { type LabHost, type LabState, type Role, readState } from "./state.ts";

/** A lab as its users see it: how its hosts are reached. */
export type Lab = {
  readonly name: string;
  readonly dir: string;
  /** The `Cluster` document that describes the hosts. */
  readonly clusterFile: string;
  readonly key: string;
  readonly knownHosts: string;
  readonly hosts: readonly { readonly name: string; readonly role: Role; readonly address: string }[];
};

export function viewOf(paths: LabPaths, { name, subnet, hosts }: LabState): Lab {
  const { dir, clusterFile, key, knownHosts } = paths;
  const view = hosts.map(({ name, role, ordinal }) => ({ name, role, address: hostAddress(subnet, ordinal) }));
  return { name, dir, clusterFile, key, knownHosts, hosts: view };
}

/** A host as the machine that runs it sees it. */
export function machineOf(paths: LabPaths, state: LabState, host: LabHost): Machine {
  const { subnet, lowers } = state;
  return {
    lab: state.name,
    paths: hostPaths(paths, host.name),
    lowers,
    boot: {
      machine: machineName(subnet, host.ordinal),
      hostname: host.name,
      machineId: host.machineId,
      bridge: labNetwork(subnet).bridge,
    },
  };
}

/** The state of a lab that must exist; fails with LAB_UNKNOWN. */
export async function requireState(layout: Layout, name: string): Promise<LabState> {
  const state = await readState(labPaths(layout, name));
  if (state) return state;
  throw new SlipwayError({
    code: "LAB_UNKNOWN",
    exit: "usage",
    message: `there is no lab named ${name}`,
    tried: join(layout.labs, name),
    remedy: "`slipway lab list` shows those there are; `slipway lab up --name N` makes one",
  });
}

/** A host of a lab by name; fails with LAB_HOST_UNKNOWN. */
export function requireHost(state: LabState, name: string): LabHost {
  const host = state.hosts.find((one) => one.name === name);
  if (host) return host;
  throw new SlipwayError({
    code: "LAB_HOST_UNKNOWN",
    exit: "usage",
    message: `lab ${state.name} has no host named ${name}`,
    remedy: `its hosts are ${state.hosts.map((one) => one.name).join(", ")}`,
  });
}
