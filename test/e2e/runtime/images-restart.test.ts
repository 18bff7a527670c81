import { beforeAll, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import type { CriClient } from "../../../src/kube/cri/client.ts";
import { images } from "../../../src/phases/images.ts";
import { imagesRestart } from "../../../src/phases/images-restart.ts";
import { runtime } from "../../../src/phases/runtime.ts";
import type { Distribution } from "../../../src/runtime/distribution.ts";
import { assembleImage } from "../../../src/runtime/oci/image.ts";
import { testDistribution } from "../fixtures/distribution.ts";
import { useLab } from "../fixtures/lab.ts";
import { runRuntime } from "./runtime-run.ts";
import { withCri } from "./with-cri.ts";

const hosts = useLab({ controlPlanes: 1, workers: 0, packages: ["node"] });
const image = { image: "slipway.local/busybox:1.35.0" };
const labels = { "io.kubernetes.pod.namespace": "kube-system", "io.kubernetes.container.name": "busybox" };
const config = {
  metadata: { name: "pod", uid: "uid-1", namespace: "kube-system" },
  logDirectory: "/var/log/pods/restart",
  linux: { securityContext: { namespaceOptions: { network: "NODE" as const } } },
};
let distribution: Distribution;

beforeAll(async () => {
  distribution = await testDistribution();
});

/** The same distribution with another build of the workload image under its old name. */
async function rebuilt(): Promise<Distribution> {
  const { images: all, store } = distribution.images;
  const built = await Promise.all(
    all.map((one) => {
      const run = { cmd: ["sleep", "600"], labels: { build: "newer" } };
      return one.reference === image.image ? assembleImage(store, { ...one, run, architecture: "amd64" }) : one;
    }),
  );
  return { ...distribution, images: { images: built, store } };
}

/** Starts the pod's container as a kubelet does: by the image's id. */
async function start(cri: CriClient, podSandboxId: string): Promise<string> {
  const { image: found } = await cri.imageStatus({ image });
  const { containers } = await cri.listContainers({});
  const container = {
    metadata: { name: "busybox", attempt: containers.length },
    image: { image: found?.id ?? "" },
    command: ["sleep", "600"],
    labels,
  };
  const { containerId } = await cri.createContainer({ podSandboxId, config: container, sandboxConfig: config });
  await cri.startContainer({ containerId });
  return containerId;
}

it("ends a container whose image was built again under the same name, and waits for its successor", async () => {
  expect((await runRuntime(hosts.lab, distribution, { phases: [runtime, images] })).summary.errors).toEqual([]);
  await withCri(hosts.lab, "cp1", async (cri) => {
    const { podSandboxId } = await cri.runPodSandbox({ config });
    const old = await start(cri, podSandboxId);
    const phases = [runtime, images, imagesRestart];
    const unchanged = await runRuntime(hosts.lab, distribution, { phases });
    expect(unchanged.events.some((event) => event.kind === "note" && event.text.startsWith("restarting"))).toBe(false);
    const newer = await rebuilt();
    const planned = await runRuntime(hosts.lab, newer, { phases, mode: "plan" });
    const restart = { kind: "cluster-object", object: "container busybox", action: "update" };
    expect(planned.events).toContainEqual(expect.objectContaining({ ...restart, outcome: "planned" }));
    const running = runRuntime(hosts.lab, newer, { phases });
    await until(async () => (await cri.containerStatus({ containerId: old })).status?.state === "CONTAINER_EXITED", {
      for: "the old build's end",
      withinMs: 120_000,
    });
    await start(cri, podSandboxId);
    const run = await running;
    expect(run.summary.errors).toEqual([]);
    expect(run.events).toContainEqual(
      expect.objectContaining({ kind: "note", text: expect.stringContaining("restarting busybox") }),
    );
    expect(run.events).toContainEqual(expect.objectContaining({ ...restart, outcome: "done" }));
    await cri.stopPodSandbox({ podSandboxId });
    await cri.removePodSandbox({ podSandboxId });
  });
});
