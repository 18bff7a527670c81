import { describe, expect, it } from "vitest";
import type { Facts } from "../../../src/hosts/facts.ts";
import { tunnelRefused } from "../../../src/hosts/tunnel-refused.ts";
import { removePods } from "../../../src/phases/reset/remove-pods.ts";
import { gone, targetOf } from "../waiting-run.ts";

const socket = "/run/containerd/containerd.sock";

/** Removes the pods of a host whose runtime can't be reached for this reason; gives what is told of it. */
async function removeWith(reason: Error) {
  const told: string[] = [];
  const target = {
    ...targetOf("w", { tunnel: () => Promise.reject(reason) }),
    facts: { runtimeSockets: [socket] } as unknown as Facts,
    report: (text: string) => void told.push(text),
  };
  return { changes: await removePods.cluster?.(undefined, target, "apply"), told };
}

describe("a reset that can't ask the runtime", () => {
  it("goes on where the runtime is stopped, and tells it", async () => {
    const { changes, told } = await removeWith(tunnelRefused({ kind: "unix", path: socket }, new Error("refused")));
    expect(changes).toEqual([]);
    expect(told).toEqual([expect.stringContaining(`the runtime at ${socket} does not say`)]);
  });

  it("ends where the host is lost", async () => {
    await expect(removeWith(gone)).rejects.toBe(gone);
  });
});
