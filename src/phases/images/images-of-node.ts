import { embeddedRepository } from "../../config/kubeadm/distribution.ts";
import { clusterImages, networkAgentImage } from "../../config/kubeadm/values/images.ts";
import type { Image } from "../../runtime/oci/image.ts";
import type { ClusterContext } from "../cluster/cluster-context.ts";
import type { NodeWish } from "../cluster/node-wish.ts";

/** Images that only a control plane runs. */
const controlPlaneOnly = /\/(kube-apiserver|kube-controller-manager|kube-scheduler|etcd):/;
const workload = /\/busybox:/;

/**
 * Those of the images built here that a node runs: what the cluster wants of the embedded repository, and the network's
 * agent. With that repository the workload image goes along, as a shell for `kubectl debug`.
 */
export function imagesOfNode(
  { role, input }: Pick<NodeWish, "role" | "input">,
  { images, network }: { images: readonly Image[]; network: ClusterContext["network"] },
): readonly Image[] {
  const { cluster } = input;
  const wanted = clusterImages(cluster).filter(
    (reference) => role === "control-plane" || !controlPlaneOnly.test(reference),
  );
  const agent = network.provider === "slipway" ? networkAgentImage(cluster) : undefined;
  const isEmbedded = cluster.imageRepository === embeddedRepository;
  return images.filter(
    ({ reference }) => reference === agent || wanted.includes(reference) || (isEmbedded && workload.test(reference)),
  );
}

/** One of the images that hold Node; every host that runs slipway's network or kube-proxy has one. */
export function imageWithNode(images: readonly Image[]): string | undefined {
  return images.find(({ reference }) => /\/(kube-proxy|slipway-cni):/.test(reference))?.reference;
}

/** References of kubeadm's images for a node that a registry serves; those of the embedded distribution are brought. */
export function registryImages({ role, input }: Pick<NodeWish, "role" | "input">): readonly string[] {
  return clusterImages(input.cluster).filter(
    (reference) =>
      !reference.startsWith(`${embeddedRepository}/`) &&
      (role === "control-plane" || !controlPlaneOnly.test(reference)),
  );
}
