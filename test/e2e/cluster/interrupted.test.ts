import { beforeAll, describe, expect, it } from "vitest";
import { labCut, labHeal } from "../../../src/lab/links.ts";
import { hostLeg, initLeg, nodeLeg, withSettings } from "../faults/apply-legs.ts";
import type { Strike } from "../faults/leg.ts";
import { struckRun } from "../faults/struck-run.ts";
import { Walk } from "../faults/walk.ts";
import { useKubectl } from "../fixtures/cluster.ts";
import { useLab } from "../fixtures/lab.ts";

/** Killed at the boundary of a phase and in the middle of the next; the power goes where a run has to wait. */
function strikeAt(phase: string, index: number): Strike {
  if (phase === "wait-control-plane") return { phase, at: "boundary", fault: "power-off" };
  return { phase, at: index % 2 === 0 ? "boundary" : "middle", fault: "kill" };
}

/** A slice of test/matrix: each phase once. */
describe("an apply that is interrupted in every phase", () => {
  const hosts = useLab({ controlPlanes: 1, workers: 1, packages: ["node"] });
  const kubectl = useKubectl(hosts);
  const walk = new Walk(hosts);
  beforeAll(() => withSettings(hosts.lab));

  walk.over(hostLeg, hostLeg.phases.map(strikeAt));
  walk.over(initLeg, initLeg.phases.map(strikeAt));

  it("loses one host in the middle of an upload: the others are done, that one is told", async () => {
    const moment = { phase: "images", hosts: ["worker1"], after: 400 };
    const { name } = hosts.lab;
    const { exitCode, events } = await struckRun(nodeLeg.argv(hosts.lab), moment, () =>
      labCut({ name }, ["operator", "worker1"]),
    );
    await labHeal({ name });
    expect(exitCode).toBe(11);
    const outcomes = events.flatMap((event) => (event.kind === "host-finished" ? [[event.host, event.outcome]] : []));
    expect(Object.fromEntries(outcomes)).toEqual({ cp1: "done", worker1: "failed" });
  });

  walk.over(nodeLeg, nodeLeg.phases.map(strikeAt));
  walk.converges([nodeLeg], [nodeLeg], kubectl);
});
