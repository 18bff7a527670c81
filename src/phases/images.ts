import type { Image } from "../runtime/oci/image.ts";
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
  checks: (context, target) => {
    const pushed = pushedTo(context, target);
    return pushed.length > 0 ? [roomForImages(pushed)] : [];
  },
  resources: (context, target) => {
    const pushed = pushedTo(context, target);
    return [
      ...(pushed.length > 0 ? [pushedImages(pushed, context.distribution.images.store)] : []),
      ...registryImages(nodeOf(context, target)).map(pulledImage),
    ];
  },
};

function pushedTo(context: ClusterContext, target: Target): readonly Image[] {
  const { images: built } = context.distribution.images;
  return imagesOfNode(nodeOf(context, target), { images: built, network: context.network });
}
