import { embeddedRepository } from "../../config/kubeadm/distribution.ts";
import { clusterImages } from "../../config/kubeadm/images.ts";
import type { Image } from "../../runtime/oci/image.ts";
import type { NodeWish } from "../cluster/node-wish.ts";

/** Images that only a control plane runs. */
const controlPlaneOnly = /\/(kube-apiserver|kube-controller-manager|kube-scheduler|etcd):/;

/** Those of the images built here that a node of this role runs. */
export function imagesOfNode({ role }: Pick<NodeWish, "role">, images: readonly Image[]): readonly Image[] {
  return images.filter(({ reference }) => role === "control-plane" || !controlPlaneOnly.test(reference));
}

/** References of kubeadm's images for a node that a registry serves; those of the embedded distribution are brought. */
export function registryImages({ role, input }: Pick<NodeWish, "role" | "input">): readonly string[] {
  return clusterImages(input.cluster).filter(
    (reference) =>
      !reference.startsWith(`${embeddedRepository}/`) &&
      (role === "control-plane" || !controlPlaneOnly.test(reference)),
  );
}
