import { expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { ApiError } from "../../../src/kube/api-error.ts";
import { apiFailure } from "../../../src/phases/cluster/api-failure.ts";

const timedOut = (condition: () => Promise<false>) =>
  until(condition, { for: "a Node", withinMs: 0 }).catch((thrown: unknown) => thrown);

it("tells what the API failed with from what it said of the host", async () => {
  const failure = new ApiError(500, { message: "etcd has no leader" }, "GET /api/v1/nodes/w");
  expect(apiFailure(await timedOut(() => Promise.reject(failure)))).toBe(failure);
  expect(apiFailure(await timedOut(() => Promise.reject(new Error("no network yet"))))).toBeUndefined();
  expect(apiFailure(await timedOut(async () => false))).toBeUndefined();
});
