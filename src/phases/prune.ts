import { messageOf } from "../base/errors.ts";
import type { KubeObject } from "../kube/object.ts";
import { resources } from "../kube/resources.ts";
import { type ClusterContext, isFirstControlPlane } from "./cluster/cluster-context.ts";
import { drain, removeNode } from "./cluster/drain.ts";
import { adminClient, firstControlPlane } from "./cluster/first-control-plane.ts";
import type { ClusterChange, Phase, Target } from "./engine/phase.ts";

/** How long the pods of a Node that goes may take to end; a dead host's never do. */
const drainWithinMs = 60_000;

/** Nodes that the cluster has and the file has not: told, and with --prune drained and deleted. */
export const prune: Phase<ClusterContext> = {
  id: "prune",
  title: "Look for Nodes that are not in the file",
  // a renamed host joins under its new name first: its old kubelet would bring its old Node back
  dependsOn: ["wait-control-plane", "kubelet-join"],
  appliesTo: isFirstControlPlane,
  cluster: async (context, target, mode) => {
    const first = await firstControlPlane(context);
    if (mode === "plan" && (await context.materials.of(first.host, first.node.input)).isNew) return [];
    const surplus = await surplusNodes(context, target);
    if (!context.isPruning) {
      for (const name of surplus)
        target.report(`Node ${name} is in the cluster but not in the file; --prune removes it`);
      return [];
    }
    if (mode === "apply") for (const name of surplus) await removeSurplus(context, target, name);
    return surplus.map((name): ClusterChange => ({ object: `Node/${name}`, action: "delete" }));
  },
};

async function surplusNodes(context: ClusterContext, target: Target): Promise<string[]> {
  const client = await adminClient(context, target);
  const wished = new Set([...context.nodes.values()].map(({ input }) => input.init.nodeRegistration.name));
  const { items } = await client.list<KubeObject>(resources.nodes);
  return items.flatMap(({ metadata: { name = "" } }) => (wished.has(name) ? [] : [name]));
}

async function removeSurplus(context: ClusterContext, target: Target, name: string): Promise<void> {
  const client = await adminClient(context, target);
  const { signal } = target;
  await drain(client, name, { withinMs: drainWithinMs, signal }).catch((thrown) => {
    signal.throwIfAborted();
    target.report(`${name} is removed though it could not be emptied: ${messageOf(thrown)}`);
  });
  await removeNode(client, name);
}
