import type { ClusterConfiguration } from "../cluster-configuration.ts";
import { coreDnsTag, embeddedRepository, etcdTag, pauseTag, upstreamRepository } from "../distribution.ts";

export type KubernetesComponent = "kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "kube-proxy";
type Cluster = Pick<ClusterConfiguration, "imageRepository" | "kubernetesVersion" | "dns" | "proxy" | "etcd">;

/** A component that carries the version of Kubernetes in its tag. */
export function kubernetesImage(
  { imageRepository, kubernetesVersion }: Cluster,
  component: KubernetesComponent,
): string {
  return `${imageRepository}/${component}:${kubernetesVersion.replace(/[^-\w.]/g, "_")}`;
}

/** CoreDNS stands in a folder of its own in upstream's registry, and only there. */
export function dnsImage({ dns, imageRepository }: Cluster): string {
  const repository = dns.imageRepository || imageRepository;
  const name = repository === upstreamRepository ? "coredns/coredns" : "coredns";
  return `${repository}/${name}:${dns.imageTag || coreDnsTag}`;
}

export function etcdImage({ etcd, imageRepository }: Cluster): string {
  const repository = etcd.local?.imageRepository || imageRepository;
  return `${repository}/etcd:${etcd.local?.imageTag || etcdTag(repository)}`;
}

export function pauseImage({ imageRepository }: Cluster): string {
  return `${imageRepository}/pause:${pauseTag}`;
}

/** The pod network's agent: built here whatever the repository of the others is, as no registry serves it. */
export function networkAgentImage({ kubernetesVersion }: Pick<Cluster, "kubernetesVersion">): string {
  return `${embeddedRepository}/slipway-cni:${kubernetesVersion}`;
}

/** Every image that a cluster needs, in the order in which kubeadm lists and pulls them. */
export function clusterImages(cluster: Cluster): readonly string[] {
  return [
    kubernetesImage(cluster, "kube-apiserver"),
    kubernetesImage(cluster, "kube-controller-manager"),
    kubernetesImage(cluster, "kube-scheduler"),
    ...(cluster.proxy.disabled ? [] : [kubernetesImage(cluster, "kube-proxy")]),
    ...(cluster.dns.disabled ? [] : [dnsImage(cluster)]),
    pauseImage(cluster),
    ...(cluster.etcd.external ? [] : [etcdImage(cluster)]),
  ];
}
