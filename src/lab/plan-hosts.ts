import { SlipwayError } from "../base/errors.ts";
import { maxHosts } from "./network/addresses.ts";
import type { LabHost, Role } from "./state.ts";

export type HostCounts = { readonly controlPlanes: number; readonly workers: number };

/**
 * The hosts that a lab should have: those that it has, and new ones (cp1, cp2, …, worker1, …) until the counts are met.
 * Fails with LAB_SHRINK when fewer are asked for, and LAB_TOO_LARGE when a subnet can't hold them.
 */
export function planHosts(
  present: readonly LabHost[],
  { controlPlanes, workers }: HostCounts,
  newMachineId: () => string,
): readonly LabHost[] {
  const wanted = [...names("cp", "control-plane", controlPlanes), ...names("worker", "worker", workers)];
  const surplus = present.filter(({ name }) => !wanted.some((host) => host.name === name));
  if (surplus.length > 0) throw shrink(surplus);
  if (wanted.length > maxHosts) throw tooLarge(wanted.length);
  const added = wanted.filter(({ name }) => !present.some((host) => host.name === name));
  const highest = Math.max(0, ...present.map(({ ordinal }) => ordinal));
  return [
    ...present,
    ...added.map((host, index) => ({ ...host, ordinal: highest + 1 + index, machineId: newMachineId() })),
  ];
}

function names(prefix: string, role: Role, count: number): { name: string; role: Role }[] {
  return Array.from({ length: count }, (_, index) => ({ name: `${prefix}${index + 1}`, role }));
}

function shrink(surplus: readonly LabHost[]): SlipwayError {
  return new SlipwayError({
    code: "LAB_SHRINK",
    exit: "usage",
    message: `the lab has hosts beyond what is asked for: ${surplus.map(({ name }) => name).join(", ")}`,
    remedy: "ask for at least as many, or take the lab down first",
  });
}

function tooLarge(count: number): SlipwayError {
  return new SlipwayError({
    code: "LAB_TOO_LARGE",
    exit: "usage",
    message: `a lab holds at most ${maxHosts} hosts, not ${count}`,
    remedy: "ask for fewer hosts, or spread them over labs of different names",
  });
}
