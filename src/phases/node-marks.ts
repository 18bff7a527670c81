import { resources } from "../kube/resources.ts";
import { taintsPatch } from "../manifests/cluster/node-taints.ts";
import { type ClusterContext, nodeOf } from "./cluster/cluster-context.ts";
import { adminClient, isNewCluster } from "./cluster/first-control-plane.ts";
import { holds } from "./cluster/holds.ts";
import { registered } from "./cluster/registered-node.ts";
import type { ClusterChange, Phase } from "./engine/phase.ts";

/** The labels, annotations and taints that the cluster file gives a host's Node; those that others set stay. */
export const nodeMarks: Phase<ClusterContext> = {
  id: "node-marks",
  title: "Label and taint the Nodes",
  dependsOn: ["wait-control-plane"],
  appliesTo: () => true,
  cluster: async (context, target, mode) => {
    const { input, role, labels, annotations } = nodeOf(context, target);
    const { name, taints: wanted } = input.init.nodeRegistration;
    // a control plane has its taints by mark-control-plane
    const taints = role === "worker" ? (wanted ?? []) : [];
    const change: ClusterChange = { object: `Node/${name}`, action: "update" };
    const isLabelled = Object.keys({ ...labels, ...annotations }).length > 0;
    // without marks there is only the Node to wait for; a kubelet that is new registers the taints itself
    if (mode === "plan" && !isLabelled && taints.length === 0) return [];
    if (mode === "plan" && (await isNewCluster(context))) return isLabelled ? [change] : [];
    const node = await registered(context, target, name);
    if (!node) return isLabelled ? [change] : [];
    const body = { metadata: { labels, annotations }, ...taintsPatch(node, taints) };
    if (holds(node, body)) return [];
    if (mode === "apply") {
      const client = await adminClient(context, target);
      await client.patch(resources.nodes, { name }, { type: "merge", body });
    }
    return [change];
  },
};
