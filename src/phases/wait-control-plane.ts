import { clusterAdminsBinding } from "../manifests/cluster/cluster-admins.ts";
import { type ClusterContext, isFirstControlPlane } from "./cluster/cluster-context.ts";
import { convergeOnCluster } from "./cluster/converge-on-cluster.ts";
import { replacedPods } from "./cluster/replaced-pods.ts";
import type { Phase } from "./engine/phase.ts";

/** Waits until the control plane that was written runs and its API server is ready, and gives admin.conf its rights. */
export const waitControlPlane: Phase<ClusterContext> = {
  id: "wait-control-plane",
  title: "Wait for the control plane",
  dependsOn: ["kubelet-start"],
  appliesTo: isFirstControlPlane,
  cluster: async (context, target, mode) => {
    await replacedPods(context, target);
    return convergeOnCluster(context, target, { mode, objects: [clusterAdminsBinding()], identity: "super-admin" });
  },
};
