import { until } from "../base/until.ts";
import type { Taint } from "../config/kubeadm/node-registration.ts";
import { isReason } from "../kube/api-error.ts";
import type { KubeObject } from "../kube/object.ts";
import { resources } from "../kube/resources.ts";
import { controlPlaneNodePatch } from "../manifests/cluster/mark-control-plane.ts";
import { type ClusterContext, isControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import { adminClient, firstControlPlane } from "./cluster/first-control-plane.ts";
import { holds } from "./cluster/objects.ts";
import type { ClusterChange, Phase, Target } from "./engine/phase.ts";

type Node = KubeObject & { spec?: { taints?: Taint[] } };

/** Labels and taints of a control-plane Node; those that others set stay. */
export const markControlPlane: Phase<ClusterContext> = {
  id: "mark-control-plane",
  title: "Mark the Node as control plane",
  dependsOn: ["wait-control-plane"],
  appliesTo: isControlPlane,
  cluster: async (context, target, mode) => {
    const { name, taints } = nodeOf(context, target).input.init.nodeRegistration;
    const change: ClusterChange = { object: `Node/${name}`, action: "update" };
    const first = await firstControlPlane(context);
    if (mode === "plan" && (await context.materials.of(first.host, first.node.input)).isNew) return [change];
    const client = await adminClient(context, target);
    const node = await registered(context, target, name);
    const patch = controlPlaneNodePatch(node, taints ?? []);
    if (holds(node, patch)) return [];
    if (mode === "apply") await client.patch(resources.nodes, { name }, { type: "merge", body: patch });
    return [change];
  },
};

/** The Node, once its kubelet has registered it with the labels that every Node has. */
export async function registered(context: ClusterContext, target: Target, name: string): Promise<Node> {
  const client = await adminClient(context, target);
  return until(
    async () => {
      try {
        const node = await client.get<Node>(resources.nodes, { name });
        return node.metadata.labels?.["kubernetes.io/hostname"] !== undefined && node;
      } catch (thrown) {
        if (isReason(thrown, "NotFound")) return undefined;
        throw thrown;
      }
    },
    {
      for: `kubelet of ${target.host.name} to register Node ${name}`,
      withinMs: 120_000,
      everyMs: 100,
      signal: target.signal,
    },
  );
}
