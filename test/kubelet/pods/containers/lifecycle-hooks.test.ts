import { expect, test } from "vitest";
import { unlessAborted } from "../../../../src/base/unless-aborted.ts";
import type { CallOptions, CriClient } from "../../../../src/kube/cri/client.ts";
import type { LifecycleHandler } from "../../../../src/kubelet/api/container.ts";
import { lifecycleHooks } from "../../../../src/kubelet/pods/containers/lifecycle-hooks.ts";
import { container } from "../../sample.ts";

const never = new Promise<never>(() => undefined);
const cri = {
  execSync: (_: unknown, { signal }: CallOptions = {}) => unlessAborted(never, signal),
} as unknown as CriClient;

test.each<[string, LifecycleHandler]>([
  ["a command", { exec: { command: ["sleep", "infinity"] } }],
  ["a pause", { sleep: { seconds: 100_000 } }],
])("%s that lasts for ever ends with its signal, as a failure", async (_, handler) => {
  const stop = new AbortController();
  const running = lifecycleHooks(cri, "agent").run(handler, {
    container: container(),
    containerId: "c",
    podIp: "",
    signal: stop.signal,
  });
  stop.abort();
  expect(await running).toMatch(/aborted/);
});
