import type { InitInput } from "../config/kubeadm/load/init-input.ts";
import { controlPlaneInput } from "../config/kubeadm/values/control-plane-node.ts";
import type { KubeObject } from "../kube/object.ts";
import { clusterServerUrl } from "../kubeconfig/server-url.ts";
import { corednsObjects } from "../manifests/addons/coredns.ts";
import { kubeProxyObjects } from "../manifests/addons/kube-proxy.ts";
import type { Patches } from "../manifests/patches/apply-patches.ts";
import { patchedCoredns } from "../manifests/patches/patched.ts";
import { cniObjects } from "../manifests/slipway-cni.ts";
import { type ClusterContext, isFirstControlPlane, type NetworkWish, nodeOf } from "./cluster/cluster-context.ts";
import { convergeOnCluster } from "./cluster/converge-on-cluster.ts";
import { localPatches } from "./cluster/local-patches.ts";
import type { Phase } from "./engine/phase.ts";

/** The network, kube-proxy and cluster DNS. */
export const addon: Phase<ClusterContext> = {
  id: "addon",
  title: "Deploy the add-ons",
  dependsOn: ["upload-config"],
  appliesTo: isFirstControlPlane,
  cluster: async (context, target, mode) => {
    const { input } = nodeOf(context, target);
    const patches = await localPatches(input.init, target.report);
    return convergeOnCluster(context, target, { mode, objects: addonObjects(input, context.network, patches) });
  },
};

function addonObjects(input: InitInput, network: NetworkWish, patches: Patches): readonly KubeObject[] {
  const { cluster, kubeProxy, supplied } = input;
  const node = controlPlaneInput(input);
  return [
    ...networkObjects(input, network),
    ...(cluster.proxy.disabled
      ? []
      : kubeProxyObjects({ ...node, kubeProxy, isSupplied: supplied.kubeProxy, proxyEnv: [] })),
    ...(cluster.dns.disabled ? [] : patchedCoredns(corednsObjects(cluster), patches)),
  ];
}

function networkObjects(input: InitInput, network: NetworkWish): readonly KubeObject[] {
  if (network.provider === "none") return [];
  const { cluster } = input;
  return cniObjects({
    image: `${cluster.imageRepository}/slipway-cni:${cluster.kubernetesVersion}`,
    server: clusterServerUrl(controlPlaneInput(input)),
    podSubnet: cluster.networking.podSubnet,
    backend: network.backend,
  });
}
