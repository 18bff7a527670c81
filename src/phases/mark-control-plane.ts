import { resources } from "../kube/resources.ts";
import { controlPlaneNodePatch } from "../manifests/cluster/mark-control-plane.ts";
import { type ClusterContext, isFirstControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import { adminClient, isNewCluster } from "./cluster/first-control-plane.ts";
import { holds } from "./cluster/holds.ts";
import { registered } from "./cluster/registered-node.ts";
import type { ClusterChange, Phase } from "./engine/phase.ts";

/** Labels and taints of a control-plane Node; those that others set stay. */
export const markControlPlane: Phase<ClusterContext> = {
  id: "mark-control-plane",
  title: "Mark the Node as control plane",
  dependsOn: ["wait-control-plane"],
  appliesTo: isFirstControlPlane,
  cluster: async (context, target, mode) => {
    const { name, taints } = nodeOf(context, target).input.init.nodeRegistration;
    const change: ClusterChange = { object: `Node/${name}`, action: "update" };
    if (mode === "plan" && (await isNewCluster(context))) return [change];
    const client = await adminClient(context, target);
    const node = await registered(context, target, name);
    if (!node) return [change];
    const patch = controlPlaneNodePatch(node, taints ?? []);
    if (holds(node, patch)) return [];
    if (mode === "apply") await client.patch(resources.nodes, { name }, { type: "merge", body: patch });
    return [change];
  },
};
