import { type ClusterContext, nodeOf } from "./cluster/cluster-context.ts";
import { restartContainers } from "./cluster/restart-containers.ts";
import type { Phase } from "./engine/phase.ts";
import { imagesOfNode } from "./images/images-of-node.ts";
import { outdatedContainers } from "./images/outdated-containers.ts";
import { isThere, runtimeOf } from "./runtime/node-runtime.ts";
import { withCri } from "./runtime/with-cri.ts";

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
      if (mode === "apply" && outdated.length > 0) {
        const names = outdated.map(({ name }) => name).join(", ");
        target.report(`restarting ${names}: a newer build of the image is there`);
        await restartContainers(outdated, { context, cri, target });
      }
      return outdated.map(({ name }) => ({ object: `container ${name}`, action: "update" as const, diff: newerBuild }));
    });
  },
};

const newerBuild = "started again from the newer build of its image";
