import { beforeAll, describe, it } from "vitest";
import type { Lab } from "../../src/lab/view.ts";
import { type Fault, faults } from "../e2e/faults/fault.ts";
import { type Durations, type Leg, moments } from "../e2e/faults/leg.ts";
import { undisturbed, Walk } from "../e2e/faults/walk.ts";
import { type Kubectl, slipwayDone, useKubectl } from "../e2e/fixtures/cluster.ts";
import { type TestLab, useLab } from "../e2e/fixtures/lab.ts";

const size = { controlPlanes: 2, workers: 1 };

export type Way = {
  /** The command, for titles. */
  readonly name: string;
  readonly legs: readonly Leg[];
  /** The legs that bring a cluster, struck in this one, to its end. */
  readonly rest: (struck: Leg) => readonly Leg[];
  /** Makes the lab's files and hosts ready. */
  readonly prepare?: (lab: Lab) => Promise<void>;
  /** What a leg needs beside the ones before it. */
  readonly before?: (leg: Leg, kubectl: Kubectl) => Promise<unknown>;
};

/** Every fault at every boundary and in the middle of every phase: for each leg clusters of its own, struck again and again. */
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
    for (const at of moments) {
      for (const leg of legs) {
        describe(`${name}, ${fault} at the ${at} of each phase of ${leg.title}`, () => {
          const hosts = useLab(sizeFor(way, leg));
          walk(way, { leg, fault, at }, { hosts, durations: () => durations });
        });
      }
    }
  }
}

/** The first leg installs packages; for the others they are there. */
function sizeFor({ legs }: Way, leg: Leg): Parameters<typeof useLab>[0] {
  return leg === legs[0] ? size : { ...size, packages: ["node"] };
}

type Case = { readonly leg: Leg; readonly fault: Fault; readonly at: (typeof moments)[number] };

/** A cluster that is brought undisturbed to where the leg begins, struck all along it, and brought to its end. */
function walk(
  { legs, rest, prepare, before }: Way,
  { leg, fault, at }: Case,
  { hosts, durations }: { hosts: TestLab; durations: () => Durations | undefined },
): void {
  const kubectl = useKubectl(hosts);
  beforeAll(async () => {
    await prepare?.(hosts.lab);
    for (const { argv } of legs.slice(0, legs.indexOf(leg))) await slipwayDone(...argv(hosts.lab));
    await before?.(leg, kubectl);
  });
  const cluster = new Walk(hosts, durations);
  cluster.over(
    leg,
    leg.phases.map((phase) => ({ phase, at, fault })),
  );
  cluster.converges(rest(leg), kubectl);
}
