/** The image repository of the embedded distribution: nothing is pulled from it, Slipway brings its images to the hosts. */
export const embeddedRepository = "slipway.local";
/** kubeadm's own default registry; CoreDNS has a folder of its own there. */
export const upstreamRepository = "registry.k8s.io";
/** The Kubernetes version of the embedded distribution, and what a label such as `stable-1` stands for: no network is asked. */
export const defaultKubernetesVersion = "v1.36.2";
/** The oldest and the newest minor version whose control plane is rendered. */
export const supportedMinors = { oldest: 34, newest: 36 } as const;

export const pauseTag = "3.10.2";
export const coreDnsTag = "v1.14.2";

/** etcd's image tag: the embedded distribution packs the Debian binary, upstream's follows kubeadm's table for 1.34 to 1.36. */
export function etcdTag(imageRepository: string): string {
  return imageRepository === embeddedRepository ? "3.4.23-0" : "3.6.8-0";
}
