import { describe, expect, it } from "vitest";
import { SlipwayError } from "../../../src/base/errors.ts";
import { PhaseBoard } from "../../../src/phases/engine/run/phase-board.ts";
import { exitKindOf, type RunSummary } from "../../../src/phases/engine/run/run-summary.ts";
import { selectedPhases } from "../../../src/phases/engine/run/select-phases.ts";

describe("selected phases", () => {
  const phases = ["preflight", "certs/ca", "certs/apiserver", "kubelet"].map((id) => ({ id }));

  it.each([
    [{}, ["preflight", "certs/ca", "certs/apiserver", "kubelet"]],
    [{ skipPhases: ["certs"] }, ["preflight", "kubelet"]],
    [{ onlyPhases: ["certs"], skipPhases: ["certs/ca"] }, ["certs/apiserver"]],
  ])("for %j", (narrowing, ids) => {
    expect([...selectedPhases(phases, narrowing)]).toEqual(ids);
  });

  it("are refused by a name that no phase has", () => {
    expect(() => selectedPhases(phases, { skipPhases: ["cert"] })).toThrow(
      /no such phase: cert\n.*choose from preflight/s,
    );
  });
});

describe("the phase board", () => {
  it("lets a host wait for others and tells which of them failed", async () => {
    const board = new PhaseBoard();
    const waited = board.through("a", ["one", "two"]);
    board.settle("a", "one", "done");
    board.settle("a", "two", "failed");
    expect(await waited).toEqual(["two"]);
    expect(await board.through("a", ["one"])).toEqual([]);
  });

  it("keeps the first word on a host", async () => {
    const board = new PhaseBoard();
    board.settle("a", "one", "done");
    board.settle("a", "one", "failed");
    expect(await board.through("a", ["one"])).toEqual([]);
  });
});

describe("the exit of a run", () => {
  const summary: RunSummary = {
    run: "r",
    mode: "apply",
    hosts: [],
    errors: [],
    changes: 0,
    isInterrupted: false,
    durationMs: 0,
  };
  const error = (exit: "etcd" | "connection") => new SlipwayError({ code: "X", exit, message: "x" });

  it("is the first error's, and the interrupt's before it", () => {
    expect(exitKindOf(summary)).toBe("ok");
    expect(exitKindOf({ ...summary, errors: [error("etcd"), error("connection")] })).toBe("etcd");
    expect(exitKindOf({ ...summary, errors: [error("etcd")], isInterrupted: true })).toBe("interrupted");
  });
});
