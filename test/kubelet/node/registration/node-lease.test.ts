import { expect, test } from "vitest";
import { until } from "../../../../src/base/until.ts";
import { ApiError } from "../../../../src/kube/api-error.ts";
import type { KubeClient } from "../../../../src/kube/client.ts";
import type { KubeObject } from "../../../../src/kube/object.ts";
import { createLog } from "../../../../src/kubelet/log.ts";
import { renewNodeLease } from "../../../../src/kubelet/node/registration/node-lease.ts";

type Lease = KubeObject & { spec: { renewTime?: string; holderIdentity?: string; leaseDurationSeconds?: number } };

/** Renews a lease of 40 ms, so every 10, before an API server that `strike` can have refuse a write. */
function renewing() {
  const state = { held: undefined as Lease | undefined, strikes: [] as number[] };
  const done: string[] = [];
  const refusal = (code: number) => new ApiError(code, {}, "leases");
  const write = (what: string) => async (_: unknown, lease: Lease) => {
    const code = state.strikes.shift();
    done.push(code === undefined ? what : `${what} ${code}`);
    if (code !== undefined) throw refusal(code);
    state.held = lease;
    return lease;
  };
  const get = async () => {
    if (!state.held) throw refusal(404);
    return state.held;
  };
  const stop = new AbortController();
  let clock = 0;
  void renewNodeLease({
    client: { get, create: write("created"), update: write("updated") } as unknown as KubeClient,
    nodeName: "n",
    durationSeconds: 0.04,
    log: createLog(
      0,
      () => undefined,
      () => new Date(),
    ),
    now: () => clock++,
    signal: stop.signal,
    nodeUid: () => "uid-of-n",
  });
  const after = (writes: number) =>
    until(() => done.length >= writes, { for: `${writes} writes`, withinMs: 20_000, everyMs: 1 });
  return { state, done, after, stop };
}

test("the lease is made once, belongs to the node, and is renewed again and again", async () => {
  const { state, done, after, stop } = renewing();
  await after(3);
  stop.abort();
  expect(done.slice(0, 3)).toEqual(["created", "updated", "updated"]);
  expect(state.held?.metadata).toMatchObject({
    name: "n",
    namespace: "kube-node-lease",
    ownerReferences: [{ kind: "Node", name: "n", uid: "uid-of-n" }],
  });
  expect(state.held?.spec).toMatchObject({ holderIdentity: "n", leaseDurationSeconds: 0.04 });
  expect(state.held?.spec.renewTime).toMatch(/^1970-01-01T00:00:00\.\d{6}Z$/);
});

test("a write that met another is done again on what stands there now", async () => {
  const { state, done, after, stop } = renewing();
  await after(1);
  state.strikes.push(409);
  await until(() => done.includes("updated 409"), { for: "the conflict", withinMs: 20_000, everyMs: 1 });
  const at = done.indexOf("updated 409");
  await after(at + 2);
  stop.abort();
  expect(done[at + 1]).toBe("updated");
});
