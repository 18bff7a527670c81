import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { ApiError } from "../../../../src/kube/api-error.ts";
import type { KubeClient } from "../../../../src/kube/client.ts";
import type { Node } from "../../../../src/kube/kinds/node.ts";
import { createLog } from "../../../../src/kubelet/log.ts";
import type { ReportedNodeStatus } from "../../../../src/kubelet/node/node-status.ts";
import { nodeObject } from "../../../../src/kubelet/node/registration/node-object.ts";
import { NodeRegistrar } from "../../../../src/kubelet/node/registration/node-registrar.ts";

const node = nodeObject({ nodeName: "n", hostname: "n", architecture: "amd64", labels: {}, taints: [] });

const ready = (status: "True" | "Unknown"): NonNullable<Node["status"]>["conditions"] => [{ type: "Ready", status }];

/** A registrar before an API server that holds one node at most; tells what it did at which second. */
function registrar() {
  const state = { held: undefined as Node | undefined, capacity: "1", seconds: 0 };
  const done: string[] = [];
  const note = (what: string) => done.push(`${what} at ${state.seconds}`);
  const missing = new ApiError(404, { reason: "NotFound" }, "GET nodes/n");
  const client = {
    get: async () => state.held ?? Promise.reject(missing),
    create: async (_: unknown, object: Node) => {
      note("created");
      state.held = object;
      return object;
    },
    update: async (_: unknown, object: Node) => {
      note("updated");
      state.held = object;
      return object;
    },
  } as unknown as KubeClient;
  const stop = new AbortController();
  const made = new NodeRegistrar({
    ...{ client, node, register: true, updateEveryMs: 10_000, reportEveryMs: 300_000 },
    log: createLog(
      0,
      () => undefined,
      () => new Date(),
    ),
    uptimeMs: () => state.seconds * 1000,
    signal: stop.signal,
    status: async () =>
      ({ capacity: { cpu: state.capacity }, conditions: ready("True"), nodeInfo: {} }) as ReportedNodeStatus,
    onWritten: () => undefined,
  });
  /** Has it look again at that second. */
  const look = async (seconds: number) => {
    state.seconds = seconds;
    made.nudge();
    for (let turns = 0; turns < 10; turns++) await turn();
  };
  return { made, state, done, stop, look };
}

test("the status is written when it changed, else every five minutes", async () => {
  const { made, state, done, stop, look } = registrar();
  await made.register();
  void made.run();
  await look(0);
  await look(90);
  state.capacity = "2";
  await look(100);
  await look(399);
  await look(400);
  stop.abort();
  expect(done).toEqual(["created at 0", "updated at 0", "updated at 100", "updated at 400"]);
  expect(state.held?.status?.capacity).toEqual({ cpu: "2" });
});

test("a node that someone deleted registers itself anew", async () => {
  const { made, state, done, stop, look } = registrar();
  await made.register();
  void made.run();
  await look(0);
  state.held = undefined;
  state.capacity = "2";
  await look(12);
  stop.abort();
  expect(done).toEqual(["created at 0", "updated at 0", "created at 12"]);
});

test("a condition that somebody else wrote, as of a Node that was silent, is written anew at the next look", async () => {
  const { made, state, done, stop, look } = registrar();
  await made.register();
  void made.run();
  await look(0);
  state.held = { ...node, status: { ...state.held?.status, conditions: ready("Unknown") ?? [] } };
  await look(60);
  await look(70);
  stop.abort();
  expect(done).toEqual(["created at 0", "updated at 0", "updated at 60"]);
});
