import { until } from "../base/until.ts";
import { isHostLost } from "../hosts/lost-host.ts";
import type { CriClient } from "../kube/cri/client.ts";
import { type ClusterContext, nodeOf } from "./cluster/cluster-context.ts";
import type { Phase, Target } from "./engine/phase.ts";
import { imagesOfNode } from "./images/images-of-node.ts";
import { type OutdatedContainer, outdatedContainers } from "./images/outdated-containers.ts";
import { isThere, runtimeOf } from "./runtime/node-runtime.ts";
import { withCri } from "./runtime/with-cri.ts";

const graceSeconds = 30;
const withinMs = 120_000;

/** Ends containers that run an older build of their image, host by host; the kubelet starts them again from the new one. */
export const imagesRestart: Phase<ClusterContext> = {
  id: "images-restart",
  title: "Restart what runs an older build of its image",
  appliesTo: () => true,
  cluster: async (context, target, mode) => {
    const { images } = (await context.distribution()).images;
    const own = imagesOfNode(nodeOf(context, target), { images, network: context.network });
    const runtime = runtimeOf(context, target);
    if (own.length === 0 || (mode === "plan" && !isThere(runtime, target))) return [];
    return withCri(runtime.socket, target, async (cri) => {
      const outdated = await outdatedContainers(cri, own);
      // never all control planes at once
      if (mode === "apply" && outdated.length > 0) {
        await context.restarts.run(() => restart(outdated, { context, cri, target }));
      }
      return outdated.map(({ name }) => ({ object: `container ${name}`, action: "update" as const, diff: newerBuild }));
    });
  },
};

const newerBuild = "started again from the newer build of its image";

type Means = { readonly context: ClusterContext; readonly cri: CriClient; readonly target: Target };

async function restart(outdated: readonly OutdatedContainer[], { context, cri, target }: Means): Promise<void> {
  const { signal } = target;
  target.report(`restarting ${outdated.map(({ name }) => name).join(", ")}: a newer build of the image is there`);
  for (const { id } of outdated) await cri.stopContainer({ containerId: id, timeout: graceSeconds }, { signal });
  for (const { name, id } of outdated) {
    const wait = {
      for: `${name} on ${target.host.name}, stopped for its new image`,
      withinMs,
      signal,
      isFinal: isHostLost,
    };
    await until(() => isRunningAgain(name, id, cri), wait);
    if (name === "kube-apiserver") await until(() => isListening(context, target), wait);
  }
}

async function isRunningAgain(name: string, stopped: string, cri: CriClient): Promise<boolean> {
  const filter = {
    state: { state: "CONTAINER_RUNNING" as const },
    labelSelector: { "io.kubernetes.container.name": name },
  };
  return (await cri.listContainers({ filter })).containers.some(({ id }) => id !== stopped);
}

async function isListening(context: ClusterContext, target: Target): Promise<boolean> {
  const { advertiseAddress, bindPort } = nodeOf(context, target).input.init.localAPIEndpoint;
  const stream = await target.host.tunnel({ kind: "tcp", host: advertiseAddress, port: bindPort }, target.signal);
  stream.destroy();
  return true;
}
