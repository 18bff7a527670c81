import { messageOf } from "../base/errors.ts";
import { isHostLost } from "../hosts/lost-host.ts";
import type { KubeObject } from "../kube/object.ts";
import { resources } from "../kube/resources.ts";
import { type ClusterContext, isFirstControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import { drain, removeNode } from "./cluster/drain.ts";
import { adminClient, isNewCluster } from "./cluster/first-control-plane.ts";
import type { ClusterChange, Mode, Phase, Target } from "./engine/phase.ts";
import type { ListedMember } from "./etcd/member-api.ts";

/** How long the pods of a Node that goes may take to end; a dead host's never do. */
const drainWithinMs = 60_000;

/** Nodes that the cluster has and the file has not: told, and left alone. */
export const surplus: Phase<ClusterContext> = {
  id: "surplus-nodes",
  title: "Look for Nodes that are not in the file",
  dependsOn: ["wait-control-plane"],
  appliesTo: (context, target) => isFirstControlPlane(context, target) && !context.isPruning,
  cluster: async (context, target, mode) => {
    for (const name of await surplusNodes(context, target, mode)) {
      target.report(`Node ${name} is in the cluster but not in the file; --prune removes it`);
    }
    return [];
  },
};

/** With --prune those Nodes are drained and deleted. */
export const prune: Phase<ClusterContext> = {
  id: "prune",
  title: "Remove Nodes that are not in the file",
  // a renamed host joins under its new name first: its old kubelet would bring its old Node back
  dependsOn: ["wait-control-plane", "kubelet-join"],
  appliesTo: (context, target) => isFirstControlPlane(context, target) && context.isPruning,
  cluster: async (context, target, mode) => {
    const names = await surplusNodes(context, target, mode);
    const members = await membersAmong(names, context, target);
    for (const name of mode === "apply" ? names : []) {
      await removeSurplus(context, target, name);
      const member = members.find((one) => one.name === name);
      if (member) await removeMember(context, target, member);
    }
    return names.flatMap((name): ClusterChange[] => [
      { object: `Node/${name}`, action: "delete" },
      ...(members.some((one) => one.name === name)
        ? [{ object: `EtcdMember/${name}`, action: "delete" } as const]
        : []),
    ]);
  },
};

/**
 * A control plane's etcd counts among the members, dead or alive, until it is removed; members are named as their Nodes. An etcd that is
 * not the cluster's own is nobody's to change.
 */
async function membersAmong(
  names: readonly string[],
  context: ClusterContext,
  target: Target,
): Promise<readonly ListedMember[]> {
  const { external } = nodeOf(context, target).input.cluster.etcd;
  if (names.length === 0 || external) return [];
  return (await context.etcd.found(target.signal)).filter(({ name }) => names.includes(name));
}

async function removeMember({ etcd }: ClusterContext, target: Target, { id, name }: ListedMember): Promise<void> {
  await etcd.change(`etcd to forget ${name}`, (members) => members.remove(id).then(() => true), target);
}

/** None in the plan of a cluster that does not exist yet. */
async function surplusNodes(context: ClusterContext, target: Target, mode: Mode): Promise<string[]> {
  if (mode === "plan" && (await isNewCluster(context))) return [];
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
    if (isHostLost(thrown)) throw thrown;
    target.report(`${name} is removed though it could not be emptied: ${messageOf(thrown)}`);
  });
  await removeNode(client, name);
}
