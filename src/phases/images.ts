import { type ClusterContext, nodeOf } from "./cluster/cluster-context.ts";
import type { Phase, Target } from "./engine/phase.ts";
import { imagesOfNode, registryImages } from "./images/images-of-node.ts";
import { pulledImage } from "./images/pulled-images.ts";
import { pushedImages } from "./images/pushed-images.ts";
import { roomForImages } from "./images/room-for-images.ts";

/** The images of a node: those built here are sent, those of a registry are pulled. */
export const images: Phase<ClusterContext> = {
  id: "images",
  title: "Bring the images",
  appliesTo: () => true,
  checks: async (context, target) => {
    const { pushed } = await pushedTo(context, target);
    return pushed.length > 0 ? [roomForImages(pushed)] : [];
  },
  resources: async (context, target) => {
    const { pushed, store } = await pushedTo(context, target);
    return [
      ...(pushed.length > 0 ? [pushedImages(pushed, store)] : []),
      ...registryImages(nodeOf(context, target)).map(pulledImage),
    ];
  },
};

async function pushedTo(context: ClusterContext, target: Target) {
  const { images, store } = (await context.distribution()).images;
  return { store, pushed: imagesOfNode(nodeOf(context, target), { images, network: context.network }) };
}
