import { expect, it } from "vitest";
import { applyPhases } from "../../src/apply/phases.ts";
import { uploadCerts } from "../../src/phases/upload-certs.ts";
import { controlPlaneLeg, hostLeg, initLeg, nodeLeg, pruneLeg, withSettings } from "../e2e/faults/apply-legs.ts";
import { walks } from "./walks.ts";

const legs = [hostLeg, initLeg, controlPlaneLeg, nodeLeg, pruneLeg];
const surplusNode = "apiVersion: v1\nkind: Node\nmetadata: { name: surplus }\n";

it("has every phase of apply in one of its legs", () => {
  const walked = legs.flatMap(({ phases }) => phases);
  expect([...walked, uploadCerts.id].sort()).toEqual(applyPhases.map(({ id }) => id).sort());
});

walks({
  name: "apply",
  legs,
  settled: [pruneLeg],
  prepare: withSettings,
  before: async (leg, kubectl) => leg === pruneLeg && kubectl(["apply", "-f", "-"], surplusNode),
});
