import type { CriClient } from "../../kube/cri/client.ts";
import type { Image } from "../../runtime/oci/image.ts";

/** A running container whose image was built again under the same name since it started. */
export type OutdatedContainer = { readonly id: string; readonly name: string; readonly image: string };

/**
 * The kubelet compares names of images, not their content, so a new build under the same tag goes unnoticed. A container
 * of ours is outdated when its image has no other name: it has none once the new build took it, and ours until then.
 */
export async function outdatedContainers(
  cri: CriClient,
  images: readonly Image[],
): Promise<readonly OutdatedContainer[]> {
  const { containers } = await cri.listContainers({ filter: { state: { state: "CONTAINER_RUNNING" } } });
  const candidates = containers.flatMap(({ id, imageRef, labels, metadata }) => {
    const image = imageOfContainer(images, labels["io.kubernetes.pod.namespace"], metadata?.name);
    return image && image.config.digest !== imageRef ? [{ id, imageRef, name: metadata?.name ?? "", image }] : [];
  });
  const statuses = await Promise.all(candidates.map(({ imageRef }) => cri.imageStatus({ image: { image: imageRef } })));
  return candidates
    .filter(({ image }, index) => statuses[index]?.image?.repoTags.every((tag) => tag === image.reference) ?? true)
    .map(({ id, name, image }) => ({ id, name, image: image.reference }));
}

/** The image of ours that a container of the system's pods runs: kubeadm names containers as their images. */
function imageOfContainer(images: readonly Image[], namespace?: string, name?: string): Image | undefined {
  if (namespace !== "kube-system" || !name) return undefined;
  return images.find(({ reference }) => reference.includes(`/${name}:`));
}
