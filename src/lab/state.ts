import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { isNotFound } from "./fs-errors.ts";
import { type LabPaths, type Layout, labPaths } from "./layout.ts";

export const roles = ["control-plane", "worker"] as const;
export type Role = (typeof roles)[number];

/** One host of a lab, fixed when it is made. */
export type LabHost = {
  readonly name: string;
  readonly role: Role;
  /** Counts within the lab from 1; its address and its interface's name follow from it. */
  readonly ordinal: number;
  readonly machineId: string;
};

/** What a lab is; the running machine is the truth about what of it is up. */
export type LabState = {
  readonly name: string;
  /** The third number of 172.29.N.0/24. */
  readonly subnet: number;
  /** Lower directories of the hosts' root file systems, topmost first. */
  readonly lowers: readonly string[];
  readonly hosts: readonly LabHost[];
};

export async function readState(paths: LabPaths): Promise<LabState | undefined> {
  try {
    return JSON.parse(await readFile(paths.state, "utf8")) as LabState;
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
}

export async function writeState(paths: LabPaths, state: LabState): Promise<void> {
  await mkdir(dirname(paths.state), { recursive: true });
  const temporary = `${paths.state}.new`;
  await writeFile(temporary, `${JSON.stringify(state, null, 2)}\n`);
  await rename(temporary, paths.state);
}

/** All labs that have a state file, by name. */
export async function readStates(layout: Layout): Promise<readonly LabState[]> {
  const names = await readdir(layout.labs).catch(() => []);
  const states = await Promise.all(names.sort().map((name) => readState(labPaths(layout, name))));
  return states.filter((state) => state !== undefined);
}
