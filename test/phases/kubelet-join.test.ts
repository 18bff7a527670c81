import { describe, expect, it } from "vitest";
import { kubeletJoin } from "../../src/phases/kubelet-join.ts";
import { contextOf, gone, targetOf } from "./waiting-run.ts";

describe("the wait for the kubelet's certificate", () => {
  it("ends as soon as the control plane that the run works through is lost", async () => {
    const notYet = { kind: "ran", exitCode: 1, stdout: "", stderr: "", durationMs: 0 } as const;
    const worker = targetOf("w", { batch: async () => [notYet] });
    const leader = targetOf("cp1", { facts: () => Promise.reject(gone) });
    await expect(kubeletJoin.ready?.(contextOf({}, leader, worker), worker, true)).rejects.toBe(gone);
  });
});
