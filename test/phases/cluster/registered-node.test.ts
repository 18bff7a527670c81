import { describe, expect, it } from "vitest";
import { ApiError } from "../../../src/kube/api-error.ts";
import { registered } from "../../../src/phases/cluster/registered-node.ts";
import { contextOf, gone, targetOf } from "../waiting-run.ts";

const notFound = async () => {
  throw new ApiError(404, { reason: "NotFound" }, "GET /api/v1/nodes/w");
};

describe("the wait for a Node to be registered", () => {
  it("ends with the host's own error as soon as that is lost, whatever the API does", async () => {
    const worker = targetOf("w", { facts: () => Promise.reject(gone) });
    const missing = contextOf({ get: notFound }, targetOf("cp1", {}), worker);
    const silent = contextOf({ get: () => new Promise(() => {}) }, targetOf("cp1", {}), worker);
    const outcomes = await Promise.allSettled([missing, silent].map((context) => registered(context, worker, "w")));
    expect(outcomes).toEqual([gone, gone].map((reason) => ({ status: "rejected", reason })));
  });

  it("asks the host nothing where the Node is there", async () => {
    const node = { metadata: { name: "w", labels: { "kubernetes.io/hostname": "w" } } };
    const worker = targetOf("w", {});
    const get = (async () => node) as never;
    expect(await registered(contextOf({ get }, targetOf("cp1", {}), worker), worker, "w")).toBe(node);
  });
});
