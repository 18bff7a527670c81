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
import type { Phase, Target } from "./engine/phase.ts";
import { environmentOf } from "./host-settings/host-settings-context.ts";

type Source = {
  readonly wish: NodeWish;
  readonly context: ClusterContext;
  readonly patches: Patches;
  readonly environment: Readonly<Record<string, string>>;
};

const objects = { network: networkObjects, "kube-proxy": proxyObjects, coredns: dnsObjects } as const;

/** The pod network first, since Nodes are Ready by it; then kubeadm's add-ons, which a user may leave out each by its name. */
export const addons: readonly Phase<ClusterContext>[] = [
  addon("network", "Deploy the pod network"),
  addon("kube-proxy", "Deploy kube-proxy"),
  addon("coredns", "Deploy cluster DNS"),
];

function addon(name: keyof typeof objects, title: string): Phase<ClusterContext> {
  return {
    id: `addon/${name}`,
    title,
    dependsOn: ["wait-control-plane"],
    appliesTo: isFirstControlPlane,
    cluster: async (context, target, mode) => {
      const patches = await localPatches(nodeOf(context, target).input.init, target.report);
      return convergeOnCluster(context, target, { mode, objects: addonObjects(name, { context, target, patches }) });
    },
  };
}

/** What an add-on puts into the cluster, by the first control plane of a run. */
export function addonObjects(
  name: keyof typeof objects,
  { context, target, patches }: { context: ClusterContext; target: Pick<Target, "host" | "facts">; patches: Patches },
): readonly KubeObject[] {
  const environment = environmentOf(context, target);
  return objects[name]({ wish: nodeOf(context, target), context, patches, environment });
}

function networkObjects({ wish: { input }, context: { network } }: Source): readonly KubeObject[] {
  if (network.provider === "none") return [];
  const { cluster } = input;
  return cniObjects({
    image: networkAgentImage(cluster),
    server: clusterServerUrl(controlPlaneInput(input)),
    podSubnet: cluster.networking.podSubnet,
    backend: network.backend,
  });
}

function proxyObjects({ wish: { input }, environment }: Source): readonly KubeObject[] {
  const { cluster, kubeProxy, supplied } = input;
  if (cluster.proxy.disabled) return [];
  // One DaemonSet for all hosts: as with kubeadm, the proxies of the first control plane are everybody's.
  const proxyEnv = proxyEnvironment(environment);
  return kubeProxyObjects({ ...controlPlaneInput(input), kubeProxy, isSupplied: supplied.kubeProxy, proxyEnv });
}

function dnsObjects({ wish, patches }: Source): readonly KubeObject[] {
  const { cluster } = wish.input;
  return cluster.dns.disabled ? [] : patchedCoredns(corednsObjects(cluster), patches);
}
