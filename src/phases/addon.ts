import { controlPlaneInput } from "../config/kubeadm/values/control-plane-node.ts";
import { networkAgentImage } from "../config/kubeadm/values/images.ts";
import type { KubeObject } from "../kube/object.ts";
import { clusterServerUrl } from "../kubeconfig/server-url.ts";
import { corednsObjects } from "../manifests/addons/coredns.ts";
import { kubeProxyObjects } from "../manifests/addons/kube-proxy.ts";
import type { Patches } from "../manifests/patches/apply-patches.ts";
import { patchedCoredns } from "../manifests/patches/patched.ts";
import { cniObjects } from "../manifests/slipway-cni.ts";
import { proxyEnvironment } from "../manifests/static-pod/environment.ts";
import { type ClusterContext, isFirstControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import { convergeOnCluster } from "./cluster/converge-on-cluster.ts";
import { localPatches } from "./cluster/local-patches.ts";
import type { NodeWish } from "./cluster/node-wish.ts";
import type { Phase } from "./engine/phase.ts";
import { settingsOf } from "./host-settings/host-settings-context.ts";

type Addon = { readonly name: string; readonly title: string; readonly objects: Objects };
type Objects = (wish: NodeWish, context: ClusterContext, patches: Patches) => readonly KubeObject[];

/** The pod network first, since Nodes are Ready by it; then kubeadm's add-ons, which a user may leave out each by its name. */
export const addons: readonly Phase<ClusterContext>[] = [
  addon({ name: "network", title: "Deploy the pod network", objects: networkObjects }),
  addon({ name: "kube-proxy", title: "Deploy kube-proxy", objects: proxyObjects }),
  addon({ name: "coredns", title: "Deploy cluster DNS", objects: dnsObjects }),
];

function addon({ name, title, objects }: Addon): Phase<ClusterContext> {
  return {
    id: `addon/${name}`,
    title,
    dependsOn: ["wait-control-plane"],
    appliesTo: isFirstControlPlane,
    cluster: async (context, target, mode) => {
      const wish = nodeOf(context, target);
      const patches = await localPatches(wish.input.init, target.report);
      return convergeOnCluster(context, target, { mode, objects: objects(wish, context, patches) });
    },
  };
}

function networkObjects({ input }: NodeWish, { network }: ClusterContext): readonly KubeObject[] {
  if (network.provider === "none") return [];
  const { cluster } = input;
  return cniObjects({
    image: networkAgentImage(cluster),
    server: clusterServerUrl(controlPlaneInput(input)),
    podSubnet: cluster.networking.podSubnet,
    backend: network.backend,
  });
}

function proxyObjects({ input }: NodeWish, context: ClusterContext): readonly KubeObject[] {
  const { cluster, kubeProxy, supplied } = input;
  if (cluster.proxy.disabled) return [];
  // One DaemonSet for all hosts: as with kubeadm, the proxies of the first control plane are everybody's.
  const first = settingsOf(context, { host: { name: context.firstControlPlane } });
  const proxyEnv = proxyEnvironment(first?.environment ?? {});
  return kubeProxyObjects({ ...controlPlaneInput(input), kubeProxy, isSupplied: supplied.kubeProxy, proxyEnv });
}

function dnsObjects({ input: { cluster } }: NodeWish, _: ClusterContext, patches: Patches): readonly KubeObject[] {
  return cluster.dns.disabled ? [] : patchedCoredns(corednsObjects(cluster), patches);
}
