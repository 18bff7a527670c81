import { resources } from "../kube/resources.ts";
import { type NodeMarks, nodeMarksPatch } from "../manifests/cluster/node-marks.ts";
import { type ClusterContext, nodeOf } from "./cluster/cluster-context.ts";
import { adminClient, isNewCluster } from "./cluster/first-control-plane.ts";
import { holds } from "./cluster/holds.ts";
import type { NodeWish } from "./cluster/node-wish.ts";
import { objectDiff } from "./cluster/object-diff.ts";
import { registered } from "./cluster/registered-node.ts";
import type { ClusterChange, Phase } from "./engine/phase.ts";

/**
 * The labels, annotations and taints that the cluster file gives a host's Node. Those that an earlier file gave it go, those that
 * others set stay.
 */
export const nodeMarks: Phase<ClusterContext> = {
  id: "node-marks",
  title: "Label and taint the Nodes",
  dependsOn: ["wait-control-plane"],
  appliesTo: () => true,
  cluster: async (context, target, mode) => {
    const marks = marksOf(nodeOf(context, target));
    const { name } = nodeOf(context, target).input.init.nodeRegistration;
    const change: ClusterChange = { object: `Node/${name}`, action: "update" };
    // a kubelet that is new registers taints itself
    const isLabelled = Object.keys({ ...marks.labels, ...marks.annotations }).length > 0;
    if (mode === "plan" && (await isNewCluster(context))) return isLabelled ? [change] : [];
    const node = await registered(context, target, name);
    if (!node) return isLabelled ? [change] : [];
    const body = nodeMarksPatch(node, marks);
    if (holds(node, body)) return [];
    if (mode === "apply") {
      const client = await adminClient(context, target);
      await client.patch(resources.nodes, { name }, { type: "merge", body });
    }
    return [{ ...change, diff: objectDiff(change.object, node, body) }];
  },
};

function marksOf({ input, role, labels, annotations }: NodeWish): NodeMarks {
  const { taints } = input.init.nodeRegistration;
  return { labels, annotations, taints: taints ?? [], isControlPlane: role === "control-plane" };
}
