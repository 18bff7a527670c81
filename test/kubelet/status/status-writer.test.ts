import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { KubeClient } from "../../../src/kube/client.ts";
import type { Pod } from "../../../src/kubelet/api/pod.ts";
import type { PodStatus } from "../../../src/kubelet/api/pod-status.ts";
import { createLog } from "../../../src/kubelet/log.ts";
import { StatusWriter } from "../../../src/kubelet/status/status-writer.ts";

const pod: Pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", namespace: "default", uid: "u" },
  spec: { containers: [] },
};

const ready = (status: string) => ({ phase: "Running", conditions: [{ type: "Ready", status }] }) as PodStatus;

/** A writer, and the statuses that it wrote. */
function writing(patch: () => Promise<void> = async () => undefined) {
  const written: PodStatus[] = [];
  const client = {
    patch: async (_resource: unknown, _key: unknown, { body }: { body: { status: PodStatus } }) => {
      written.push(body.status);
      await patch();
    },
  } as unknown as KubeClient;
  const log = createLog(
    0,
    () => undefined,
    () => new Date(),
  );
  const { signal } = new AbortController();
  const writer = new StatusWriter({ client: async () => client, log, signal, mirrorOf: () => undefined });
  const states = () => written.map(({ conditions }) => conditions?.[0]?.status);
  return { writer, states };
}

test("a condition that somebody else changed is written again, and nothing is where it is ours", async () => {
  const { writer, states } = writing();
  writer.set(pod, ready("True"));
  await setImmediate();
  writer.reconcile("u", ready("True"));
  writer.reconcile("u", {
    ...ready("True"),
    conditions: [...(ready("True").conditions ?? []), { type: "example.com/gate", status: "False" }],
  });
  await setImmediate();
  expect(states()).toEqual(["True"]);
  writer.reconcile("u", ready("False"));
  await setImmediate();
  expect(states()).toEqual(["True", "True"]);
});

test("a change by somebody else that is seen while a write is under way is not taken for written", async () => {
  const { writer, states } = writing(async () => {
    if (states().length === 1) writer.reconcile("u", ready("False"));
  });
  writer.set(pod, ready("True"));
  await setImmediate();
  expect(states()).toEqual(["True", "True"]);
});

test("when the kubelet ends while a write fails, the write is tried no more and nothing else is held up", async () => {
  const stop = new AbortController();
  let tried = 0;
  const patch = async () => {
    tried++;
    stop.abort();
    throw new Error("the API server is away");
  };
  const writer = new StatusWriter({
    client: async () => ({ patch }) as unknown as KubeClient,
    log: createLog(
      0,
      () => undefined,
      () => new Date(),
    ),
    signal: stop.signal,
    mirrorOf: () => undefined,
  });
  writer.set(pod, { phase: "Running" });
  await sleep(20);
  expect(tried).toBe(1);
});
