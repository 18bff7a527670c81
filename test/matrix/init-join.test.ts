import { expect, it } from "vitest";
import { initWorkflow } from "../../src/init/phases.ts";
import { joinPhases } from "../../src/join/join.ts";
import { controlPlaneLeg, filePhases, initLeg, workerLeg } from "../e2e/faults/join-legs.ts";
import { idsOf } from "../e2e/faults/leg.ts";
import { walks } from "./walks.ts";

const legs = [initLeg, controlPlaneLeg, workerLeg];

it("has every phase of init and join in one of its legs", () => {
  const walked = legs.flatMap(({ phases }) => phases);
  expect(new Set([...walked, ...idsOf(filePhases)])).toEqual(new Set(idsOf([...initWorkflow, ...joinPhases])));
});

walks({ name: "init and join", legs, settled: legs });
