import { describe, expect, it } from "vitest";
import { nodeReady } from "../../src/phases/node-ready.ts";
import { contextOf, gone, targetOf } from "./waiting-run.ts";

const unready = {
  metadata: { name: "w" },
  status: { nodeInfo: { bootID: "b" }, conditions: [{ type: "Ready", status: "False", message: "no network yet" }] },
};

describe("the wait for a Node to be Ready", () => {
  it("ends with the host's own error as soon as that is lost", async () => {
    const worker = targetOf("w", { facts: () => Promise.reject(gone) });
    const list = (async () => ({ items: [unready] })) as never;
    const context = contextOf({ list }, targetOf("cp1", {}), worker);
    await expect(nodeReady.ready?.(context, worker, true)).rejects.toBe(gone);
  });
});
