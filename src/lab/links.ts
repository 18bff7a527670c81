import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./command.ts";
import { isNotFound } from "./fs-errors.ts";
import type { LabOptions } from "./lab.ts";
import { defaultHome, type LabPaths, labPaths, layoutOf } from "./layout.ts";
import { withLock } from "./lock.ts";
import { labNetwork, linkName } from "./network/addresses.ts";
import { type Cut, cutRules, operator } from "./network/rules.ts";
import type { LabState } from "./state.ts";
import { requireHost, requireState } from "./view.ts";

/** Names of two hosts, or of a host and `operator`: this machine, from which SSH comes. */
export type Pair = readonly [string, string];

/** Drops every packet between two ends, in both directions, until `labHeal`; power-off and power-on change nothing of it. */
export function labCut(options: LabOptions, pair: Pair): Promise<void> {
  return changeCuts(options, (cuts) => [...cuts.filter((cut) => !samePair(cut, pair)), pair]);
}

/** Joins two ends again; without a pair, all of them. */
export function labHeal(options: LabOptions, pair?: Pair): Promise<void> {
  return changeCuts(options, (cuts) => (pair ? cuts.filter((cut) => !samePair(cut, pair)) : []));
}

async function changeCuts(
  { name, home = defaultHome }: LabOptions,
  change: (cuts: readonly Pair[]) => readonly Pair[],
): Promise<void> {
  const layout = layoutOf(home);
  const paths = labPaths(layout, name);
  await withLock(paths.lock, async () => {
    const state = await requireState(layout, name);
    const cuts = change(await readCuts(paths));
    const links = cuts.map(([one, other]): Cut => [endOf(state, one), endOf(state, other)]);
    await run(["nft", "-f", "-"], { input: cutRules(labNetwork(state.subnet), links) });
    await writeFile(cutsFile(paths), JSON.stringify(cuts));
  });
}

function endOf(state: LabState, name: string): string {
  return name === operator ? operator : linkName(state.subnet, requireHost(state, name).ordinal);
}

function samePair(one: Pair, other: Pair): boolean {
  return one.every((end) => other.includes(end));
}

async function readCuts(paths: LabPaths): Promise<readonly Pair[]> {
  try {
    return JSON.parse(await readFile(cutsFile(paths), "utf8")) as Pair[];
  } catch (thrown) {
    if (isNotFound(thrown)) return [];
    throw thrown;
  }
}

function cutsFile({ dir }: LabPaths): string {
  return join(dir, "cuts.json");
}
