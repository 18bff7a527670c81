import { manifestsDir } from "../../config/kubeadm/constants.ts";
import { lostHost } from "../../hosts/lost-host.ts";
import type { CriClient } from "../../kube/cri/client.ts";
import type { Target } from "../engine/phase.ts";
import { runtimeOf } from "../runtime/node-runtime.ts";
import { untilCri } from "../runtime/with-cri.ts";
import { controlPlaneWithinMs, notReady } from "./await-api-server.ts";
import { type ClusterContext, nodeOf } from "./cluster-context.ts";

/**
 * Waits until every static pod whose manifest this run has written runs in a container that was made since: what answers before
 * may be the old one. Throws CONTROL_PLANE_NOT_READY.
 */
export async function replacedPods(context: ClusterContext, target: Target): Promise<void> {
  const names = context.writtenPods.take(target.host.name);
  if (names.length === 0) return;
  const { host, signal } = target;
  const node = nodeOf(context, target);
  const { socket } = runtimeOf(context, target);
  const wait = {
    for: `${names.join(", ")} to run as written on ${host.name}`,
    withinMs: controlPlaneWithinMs(node),
    everyMs: 100,
  };
  const writtenAt = await writingTimes(target, names);
  try {
    await untilCri(socket, target, (cri) => areNewer(cri, writtenAt), wait);
  } catch (thrown) {
    signal.throwIfAborted();
    throw lostHost(thrown) ?? (await notReady({ host, node }, thrown, names));
  }
}

/** By component; ns since the epoch by the host's clock, which is that of its containers too. */
type Times = ReadonlyMap<string, bigint>;

async function writingTimes({ host }: Target, names: readonly string[]): Promise<Times> {
  const paths = names.map((name) => `${manifestsDir}/${name}.yaml`);
  const { stdout } = await host.run(["stat", "-c", "%.9Y", ...paths]);
  const times = stdout.trim().split("\n");
  return new Map(names.map((name, index) => [name, BigInt((times[index] ?? "0").replace(".", ""))]));
}

async function areNewer(cri: CriClient, writtenAt: Times): Promise<boolean> {
  const { containers } = await cri.listContainers({ filter: { state: { state: "CONTAINER_RUNNING" } } });
  const isNewer = ([name, since]: [string, bigint]) =>
    containers.some(({ labels, createdAt }) => {
      const isOurs = labels["io.kubernetes.pod.namespace"] === "kube-system";
      return isOurs && labels["io.kubernetes.container.name"] === name && BigInt(createdAt) >= since;
    });
  return [...writtenAt].every(isNewer);
}
