import { beforeAll, describe, it } from "vitest";
import type { Lab } from "../../src/lab/view.ts";
import { type Fault, faults } from "../e2e/faults/fault.ts";
import { type Durations, type Leg, moments } from "../e2e/faults/leg.ts";
import { undisturbed, Walk } from "../e2e/faults/walk.ts";
import { type Kubectl, slipwayDone, useKubectl } from "../e2e/fixtures/cluster.ts";
import { useLab } from "../e2e/fixtures/lab.ts";

const size = { controlPlanes: 2, workers: 1 };

export type Way = {
  /** The command, for titles. */
  readonly name: string;
  /** In the order of the way; those before a leg bring a cluster to where it begins. */
  readonly legs: readonly Leg[];
  /** The legs that find nothing to do in the end. */
  readonly settled: readonly Leg[];
  /** Makes the lab's files and hosts ready. */
  readonly prepare?: (lab: Lab) => Promise<void>;
  /** What a leg needs beside the ones before it. */
  readonly before?: (leg: Leg, kubectl: Kubectl) => Promise<unknown>;
};

type Case = { readonly fault: Fault; readonly at: (typeof moments)[number] };

/** Every fault at every boundary and in the middle of every phase: for each of these a cluster that comes up over strikes. */
export function walks(way: Way): void {
  const { name, legs, prepare = async () => {} } = way;
  let durations: Durations | undefined;
  describe(`${name}, undisturbed`, () => {
    const hosts = useLab(size);
    it("shows how long each phase takes", async () => {
      await prepare(hosts.lab);
      durations = await undisturbed(hosts.lab, legs);
    });
  });
  for (const fault of faults) {
    for (const at of moments) walk(way, { fault, at }, () => durations);
  }
}

/** Side by side with others: most of its time is waiting, for a boot or until a silent host counts as dead. */
function walk(
  { name, legs, settled, prepare, before }: Way,
  { fault, at }: Case,
  durations: () => Durations | undefined,
) {
  describe.concurrent(`${name}, ${fault} at the ${at}`, () => {
    const hosts = useLab(size);
    const kubectl = useKubectl(hosts);
    const cluster = new Walk(hosts, durations);
    beforeAll(() => prepare?.(hosts.lab));
    for (const [index, leg] of legs.entries()) {
      describe.sequential(`of ${leg.title}:`, () => {
        beforeAll(async () => {
          for (const { argv } of legs.slice(0, index)) await slipwayDone(...argv(hosts.lab));
          await before?.(leg, kubectl);
        });
        cluster.over(
          leg,
          leg.phases.map((phase) => ({ phase, at, fault })),
        );
      });
    }
    cluster.converges(legs, settled, kubectl);
  });
}
