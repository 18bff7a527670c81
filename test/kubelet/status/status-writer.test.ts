import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { KubeClient } from "../../../src/kube/client.ts";
import type { Pod } from "../../../src/kubelet/api/pod.ts";
import { createLog } from "../../../src/kubelet/log.ts";
import { StatusWriter } from "../../../src/kubelet/status/status-writer.ts";

const pod: Pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", namespace: "default", uid: "u" },
  spec: { containers: [] },
};

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
