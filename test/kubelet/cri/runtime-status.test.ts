import { describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import type { CriClient } from "../../../src/kube/cri/client.ts";
import { RuntimeMonitor } from "../../../src/kubelet/cri/runtime-status.ts";

/** A runtime whose network comes with the third answer. */
function runtimeThatComesUp(): { cri: CriClient; asked: () => number } {
  let asked = 0;
  const status = async () => {
    asked += 1;
    const ready = { type: "RuntimeReady", status: true, reason: "", message: "" };
    const network = { type: "NetworkReady", status: asked > 2, reason: "NetworkPluginNotReady", message: "no config" };
    return { status: { conditions: [ready, network] }, info: {} };
  };
  return { cri: { status } as unknown as CriClient, asked: () => asked };
}

describe("the runtime's health", () => {
  it("is asked for again soon while there is a problem, and then at its interval", async () => {
    const { cri, asked } = runtimeThatComesUp();
    const told: (string | undefined)[] = [];
    const monitor = new RuntimeMonitor(cri, () => told.push(monitor.health.networkProblem));
    await monitor.start(60_000);
    expect(monitor.health.networkProblem).toContain("NetworkPluginNotReady");
    const isUp = () => monitor.health.networkProblem === undefined;
    await until(async () => isUp(), { for: "the network", withinMs: 20_000, everyMs: 20 });
    monitor.stop();
    expect(asked()).toBe(3);
    expect(told).toEqual([expect.stringContaining("NetworkReady=false"), undefined]);
  });
});
