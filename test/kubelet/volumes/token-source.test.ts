import { expect, test } from "vitest";
import type { KubeClient } from "../../../src/kube/client.ts";
import { TokenSource } from "../../../src/kubelet/volumes/token-source.ts";
import { pod, uid } from "../sample.ts";

const hour = 3600_000;
const wish = { audience: "vault", expirationSeconds: 3600 };

/** An API server that numbers its tokens, each good for as long as was asked. */
function source() {
  const state = { nowMs: 0, isAway: false, asked: [] as unknown[] };
  const create = async (_: unknown, request: { spec: { expirationSeconds: number } }) => {
    if (state.isAway) throw new Error("the API server is away");
    state.asked.push(request);
    const expirationTimestamp = new Date(state.nowMs + request.spec.expirationSeconds * 1000).toISOString();
    return { ...request, status: { token: `token-${state.asked.length}`, expirationTimestamp } };
  };
  const client = { create } as unknown as KubeClient;
  const tokens = new TokenSource(async () => client, { now: () => state.nowMs, random: () => 0 });
  const at = (ms: number) => {
    state.nowMs = ms;
    return tokens.token(pod({ serviceAccountName: "robot" }), wish);
  };
  return { state, tokens, at };
}

test("a token is asked for by TokenRequest, bound to its pod", async () => {
  const { state, at } = source();
  expect(await at(0)).toBe("token-1");
  expect(state.asked[0]).toMatchObject({
    kind: "TokenRequest",
    metadata: { name: "robot", namespace: "default" },
    spec: { audiences: ["vault"], expirationSeconds: 3600, boundObjectRef: { kind: "Pod", name: "web", uid } },
  });
});

test("it is kept for 80 % of its life, then exchanged", async () => {
  const { at } = source();
  expect([await at(0), await at(0.79 * hour), await at(0.8 * hour)]).toEqual(["token-1", "token-1", "token-2"]);
});

test("while the API server is away the old one serves until its end", async () => {
  const { state, at } = source();
  await at(0);
  state.isAway = true;
  expect(await at(0.9 * hour)).toBe("token-1");
  await expect(at(hour)).rejects.toThrow("the API server is away");
});

test("a pod that is gone leaves none behind", async () => {
  const { tokens, at } = source();
  await at(0);
  tokens.forget(uid);
  expect(await at(1)).toBe("token-2");
});
