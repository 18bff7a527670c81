import { kubeadmConfigObjects, kubeletConfigObjects } from "../manifests/cluster/upload-config.ts";
import { type ClusterContext, isFirstControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import { convergeOnCluster } from "./cluster/converge-on-cluster.ts";
import type { Phase } from "./engine/phase.ts";

/** Keeps the configuration in the cluster, for joins and upgrades. */
export const uploadConfig: Phase<ClusterContext> = {
  id: "upload-config",
  title: "Store the configuration in the cluster",
  dependsOn: ["wait-control-plane"],
  appliesTo: isFirstControlPlane,
  cluster: (context, target, mode) => {
    const { cluster, kubelet, supplied } = nodeOf(context, target).input;
    const objects = [...kubeadmConfigObjects(cluster), ...kubeletConfigObjects(kubelet, supplied.kubelet)];
    return convergeOnCluster(context, target, { mode, objects });
  },
};
