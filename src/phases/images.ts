import { type ClusterContext, nodeOf } from "./cluster/cluster-context.ts";
import type { Phase, Target } from "./engine/phase.ts";
import { imagesOfNode, registryImages } from "./images/images-of-node.ts";
import { pullImages } from "./images/pull-images.ts";
import { pushedImages } from "./images/pushed-images.ts";
import { roomForImages } from "./images/room-for-images.ts";
import { takenByContainerd } from "./images/taken-by-containerd.ts";
import { runtimeOf } from "./runtime/node-runtime.ts";

/** The images of a node: those built here are sent, those of a registry are pulled. */
export const images: Phase<ClusterContext> = {
  id: "images",
  title: "Bring the images",
  appliesTo: () => true,
  checks: async (context, target) => {
    const { pushed } = await pushedTo(context, target);
    if (pushed.length === 0) return [];
    const { install, socket } = runtimeOf(context, target);
    const room = roomForImages(pushed, socket);
    return install.kind === "none" ? [takenByContainerd(socket), room] : [room];
  },
  resources: async (context, target) => {
    const { pushed, store } = await pushedTo(context, target);
    const { socket } = runtimeOf(context, target);
    return pushed.length > 0 ? [pushedImages(pushed, { store, socket })] : [];
  },
  cluster: (context, target, mode) => {
    const node = nodeOf(context, target);
    const runtime = runtimeOf(context, target);
    return pullImages(registryImages(node), { ...node.input.init.nodeRegistration, runtime, mode }, target);
  },
};

async function pushedTo(context: ClusterContext, target: Target) {
  const { images, store } = (await context.distribution()).images;
  return { store, pushed: imagesOfNode(nodeOf(context, target), { images, network: context.network }) };
}
