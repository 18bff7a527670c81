import { describe, expect, it } from "vitest";
import { Semaphore } from "../../../../src/base/semaphore.ts";
import type { Facts } from "../../../../src/hosts/facts.ts";
import type { OpResult } from "../../../../src/hosts/op.ts";
import { ApiError } from "../../../../src/kube/api-error.ts";
import type { Phase } from "../../../../src/phases/engine/phase.ts";
import { HostWorker } from "../../../../src/phases/engine/run/host-worker.ts";
import { PhaseBoard } from "../../../../src/phases/engine/run/phase-board.ts";
import type { WorkflowRun } from "../../../../src/phases/engine/run/workflow-run.ts";
import { gone, targetOf } from "../../waiting-run.ts";

const timeout = new ApiError(504, { message: "etcd: no answer", reason: "Timeout" }, "PATCH /api/v1/nodes/cp2");

const failing: Phase<undefined> = {
  id: "mark",
  title: "Mark the Node",
  appliesTo: () => true,
  cluster: () => Promise.reject(timeout),
};

/** Works on a phase that the API fails, in a plan that has found changes before; `facts` is what the host answers. */
function workOn(facts: () => Promise<Facts>, { changes = 0 } = {}) {
  const absent = { kind: "read", state: { kind: "absent" } } as unknown as OpResult;
  const target = { ...targetOf("cp2", { facts, batch: async (ops) => ops.map(() => absent) }), mode: "plan" as const };
  const run = {
    context: undefined,
    mode: "plan",
    hosts: [],
    phases: [failing],
    report: () => {},
    signal: target.signal,
    lock: {},
  } as unknown as WorkflowRun<undefined>;
  const shared = { gate: new Semaphore(1), pending: { changes }, board: new PhaseBoard() };
  return new HostWorker(run, target, shared).work([failing]);
}

const isThere = async () => ({}) as Facts;
const isGone = () => Promise.reject(gone);
const withCode = (code: string) => expect.objectContaining({ details: expect.objectContaining({ code, host: "cp2" }) });

describe("a phase that fails on a host", () => {
  it("fails for its own reason where the host is there", async () => {
    await expect(workOn(isThere)).rejects.toEqual(withCode("API_REQUEST_FAILED"));
  });

  it("fails for the host's reason where that is lost", async () => {
    await expect(workOn(isGone)).rejects.toEqual(withCode("HOST_UNREACHABLE"));
  });

  it("is known later in a plan that changes something before it, but not where the host is lost", async () => {
    expect(await workOn(isThere, { changes: 1 })).toMatchObject({ outcome: "deferred" });
    await expect(workOn(isGone, { changes: 1 })).rejects.toEqual(withCode("HOST_UNREACHABLE"));
  });
});
