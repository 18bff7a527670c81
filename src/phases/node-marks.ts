import { resources } from "../kube/resources.ts";
import { type ClusterContext, nodeOf } from "./cluster/cluster-context.ts";
import { adminClient, isNewCluster } from "./cluster/first-control-plane.ts";
import { holds } from "./cluster/holds.ts";
import { registered } from "./cluster/registered-node.ts";
import type { ClusterChange, Phase } from "./engine/phase.ts";

/** The labels and annotations that the cluster file gives a host's Node; those that others set stay. */
export const nodeMarks: Phase<ClusterContext> = {
  id: "node-marks",
  title: "Label the Nodes",
  dependsOn: ["wait-control-plane"],
  appliesTo: () => true,
  cluster: async (context, target, mode) => {
    const { input, labels, annotations } = nodeOf(context, target);
    const { name } = input.init.nodeRegistration;
    const change: ClusterChange = { object: `Node/${name}`, action: "update" };
    const body = { metadata: { labels, annotations } };
    const hasMarks = Object.keys({ ...labels, ...annotations }).length > 0;
    // without marks there is only the Node to wait for
    if (mode === "plan" && !hasMarks) return [];
    if (mode === "plan" && (await isNewCluster(context))) return [change];
    const node = await registered(context, target, name);
    if (node && holds(node, body)) return [];
    if (mode === "apply") {
      const client = await adminClient(context, target);
      await client.patch(resources.nodes, { name }, { type: "merge", body });
    }
    return [change];
  },
};
