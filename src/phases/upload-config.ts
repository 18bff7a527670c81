import type { InitInput } from "../config/kubeadm/load/init-input.ts";
import type { KubeObject } from "../kube/object.ts";
import { kubeadmConfigObjects, kubeletConfigObjects } from "../manifests/cluster/upload-config.ts";
import { type ClusterContext, isFirstControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import { convergeOnCluster } from "./cluster/converge-on-cluster.ts";
import type { Phase } from "./engine/phase.ts";

/** Keeps the configuration in the cluster, for joins and upgrades. */
export const uploadConfig: readonly Phase<ClusterContext>[] = [
  upload("kubeadm", "Store kubeadm's configuration in the cluster", ({ cluster }) => kubeadmConfigObjects(cluster)),
  upload("kubelet", "Store the kubelets' configuration in the cluster", ({ kubelet, supplied }) =>
    kubeletConfigObjects(kubelet, supplied.kubelet),
  ),
];

function upload(
  name: string,
  title: string,
  objects: (input: InitInput) => readonly KubeObject[],
): Phase<ClusterContext> {
  return {
    id: `upload-config/${name}`,
    title,
    dependsOn: ["wait-control-plane"],
    appliesTo: isFirstControlPlane,
    cluster: (context, target, mode) =>
      convergeOnCluster(context, target, { mode, objects: objects(nodeOf(context, target).input) }),
  };
}
