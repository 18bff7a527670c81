import { beforeAll, describe, expect, it } from "vitest";
import { applyPhases } from "../../src/apply/phases.ts";
import { uploadCerts } from "../../src/phases/upload-certs.ts";
import { controlPlaneLeg, hostLeg, initLeg, nodeLeg, pruneLeg, withSettings } from "../e2e/faults/apply-legs.ts";
import { type Fault, faults } from "../e2e/faults/fault.ts";
import { type Durations, type Leg, moments } from "../e2e/faults/leg.ts";
import { undisturbed, Walk } from "../e2e/faults/walk.ts";
import { slipwayDone, useKubectl } from "../e2e/fixtures/cluster.ts";
import { useLab } from "../e2e/fixtures/lab.ts";

const legs = [hostLeg, initLeg, controlPlaneLeg, nodeLeg, pruneLeg];
const size = { controlPlanes: 2, workers: 1 };
const surplusNode = "apiVersion: v1\nkind: Node\nmetadata: { name: surplus }\n";
let durations: Durations | undefined;

it("has every phase of apply in one of its legs", () => {
  const walked = legs.flatMap(({ phases }) => phases);
  expect([...walked, uploadCerts.id].sort()).toEqual(applyPhases.map(({ id }) => id).sort());
});

describe("apply, undisturbed", () => {
  const hosts = useLab(size);
  it("shows how long each phase takes", async () => {
    await withSettings(hosts.lab);
    durations = await undisturbed(hosts.lab, legs);
  });
});

for (const fault of faults) {
  for (const at of moments) {
    for (const leg of legs) {
      describe(`apply, ${fault} at the ${at} of each phase of ${leg.title}`, () => walkOver(leg, fault, at));
    }
  }
}

/** A cluster of its own, brought undisturbed to where the leg begins. */
function walkOver(leg: Leg, fault: Fault, at: (typeof moments)[number]): void {
  // the first leg installs packages
  const hosts = useLab(leg === hostLeg ? size : { ...size, packages: ["node"] });
  const kubectl = useKubectl(hosts);
  const walk = new Walk(hosts, () => durations);
  beforeAll(async () => {
    await withSettings(hosts.lab);
    for (const { argv } of legs.slice(0, legs.indexOf(leg))) await slipwayDone(...argv(hosts.lab));
    if (leg === pruneLeg) await kubectl(["apply", "-f", "-"], surplusNode);
  });
  const strikes = leg.phases.map((phase) => ({ phase, at, fault }));
  walk.over(leg, strikes);
  walk.converges([leg === pruneLeg ? pruneLeg : nodeLeg], kubectl);
}
