import { expect, test } from "vitest";
import type { PodMemory } from "../../../src/kubelet/pods/pod-memory.ts";
import { PodSteps, type StepOptions } from "../../../src/kubelet/pods/pod-steps.ts";
import { container, pod, record, runtime } from "../sample.ts";

test("last words are kept only of containers that the runtime still has", async () => {
  const steps = new PodSteps({
    prober: { sync: () => undefined, ready: () => false, started: () => false },
    statuses: { get: () => ({}), set: () => undefined },
    node: { hostIPs: () => [] },
    oomKills: { has: () => false },
    runtimeName: "containerd",
    verdictOn: () => undefined,
  } as unknown as StepOptions);
  const memory = { reasons: new Map(), messages: new Map() } as unknown as PodMemory;
  for (let restart = 0; restart < 20; restart++) {
    const dead = record(container(), { id: `id-${restart}`, state: "exited", exitCode: 1 });
    await steps.report(pod(), runtime([dead]), memory, false);
  }
  expect([...memory.messages.keys()]).toEqual(["id-19"]);
});
