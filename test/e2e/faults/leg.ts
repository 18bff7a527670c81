import type { Lab } from "../../../src/lab/view.ts";
import type { RunEvent } from "../../../src/phases/engine/event.ts";
import type { Fault } from "./fault.ts";

/** A part of the way to a cluster: one command, struck at each of these phases. */
export type Leg = {
  readonly title: string;
  readonly phases: readonly string[];
  readonly argv: (lab: Lab) => readonly string[];
  /** Finds nothing to do when the leg is done; the command itself unless given. */
  readonly settled?: (lab: Lab) => readonly string[];
  /** Names of hosts in the lab: of these, the first one that goes through a phase is struck. */
  readonly on: readonly string[];
};

type Ids = readonly { readonly id: string }[];

export function idsOf(phases: Ids): readonly string[] {
  return phases.map(({ id }) => id);
}

/** The ids of these phases, but for those that others have, too. */
export function without(phases: Ids, others: Ids): readonly string[] {
  const taken = new Set(idsOf(others));
  return idsOf(phases).filter((id) => !taken.has(id));
}

/** When a phase begins, and half-way through it. */
export const moments = ["boundary", "middle"] as const;

export type Strike = { readonly phase: string; readonly at: (typeof moments)[number]; readonly fault: Fault };

/** Milliseconds by phase and host. */
export type Durations = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** How long phases took; of several times the longest, as a phase that is done already takes next to none. */
export function durationsOf(events: readonly RunEvent[], nameOf: (host: string) => string): Durations {
  const durations = new Map<string, Map<string, number>>();
  for (const event of events) {
    if (event.kind !== "phase-finished") continue;
    const { phase, durationMs } = event;
    const ofPhase = durations.get(phase) ?? new Map<string, number>();
    const host = nameOf(event.host);
    ofPhase.set(host, Math.max(durationMs, ofPhase.get(host) ?? 0));
    durations.set(phase, ofPhase);
  }
  return durations;
}
