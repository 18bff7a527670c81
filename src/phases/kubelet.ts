import { kubeletLauncher } from "../manifests/kubelet/kubelet-launcher.ts";
import { kubeletDropIn, kubeletUnit } from "../manifests/kubelet/kubelet-unit.ts";
import type { Distribution } from "../runtime/distribution.ts";
import type { Image } from "../runtime/oci/image.ts";
import { type ClusterContext, nodeOf } from "./cluster/cluster-context.ts";
import type { Named, Phase } from "./engine/phase.ts";
import type { Resource } from "./engine/resource.ts";
import { file } from "./engine/resources/file.ts";
import { uploadedFile } from "./engine/resources/uploaded-file.ts";
import { fileFromImage } from "./images/file-from-image.ts";
import { imagesOfNode, imageWithNode } from "./images/images-of-node.ts";
import { runtimeOf } from "./runtime/node-runtime.ts";

/** The kubelet's program, the Node that runs it, and its unit with kubeadm's drop-in; kubelet-start starts it. */
export const kubelet: Phase<ClusterContext> = {
  id: "kubelet",
  title: "Install the kubelet",
  appliesTo: () => true,
  resources: kubeletProgram,
};

/** The files that a running kubelet was started from. */
export async function kubeletProgram(context: ClusterContext, target: Named): Promise<readonly Resource[]> {
  const { version, kubelet: bundle, node, images } = await context.distribution();
  const home = `/opt/slipway/${version}`;
  const rendered = [kubeletLauncher(version), kubeletUnit(), kubeletDropIn()];
  const held = imagesOfNode(nodeOf(context, target), { images: images.images, network: context.network });
  return [
    nodeProgram(`${home}/node`, node, { images: held, socket: runtimeOf(context, target).socket }),
    uploadedFile(`${home}/kubelet.mjs`, { ...bundle, mode: 0o644 }),
    ...rendered.map(({ path, content, mode }) => file(path, { content, mode })),
  ];
}

/** The images that a host has from us, and where the containerd listens that holds them. */
type Held = { readonly images: readonly Image[]; readonly socket: string };

/** Node comes out of an image where the host has one with it: that spares sending it twice. */
function nodeProgram(path: string, node: Distribution["node"], { images, socket }: Held): Resource {
  const reference = imageWithNode(images);
  if (!reference) return uploadedFile(path, { ...node, mode: 0o755 });
  return fileFromImage(path, { reference, inImage: "usr/local/bin/node", sha256: node.sha256, mode: 0o755, socket });
}
