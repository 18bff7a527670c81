import { until } from "../../base/until.ts";
import { isHostLost } from "../../hosts/lost-host.ts";
import { isReason } from "../../kube/api-error.ts";
import type { KubeClient } from "../../kube/client.ts";
import { isConditionTrue } from "../../kube/conditions.ts";
import type { Node } from "../../kube/kinds/node.ts";
import type { KubeObject } from "../../kube/object.ts";
import { resources } from "../../kube/resources.ts";

export type Pod = KubeObject & { status?: { phase?: string } };

export type DrainOptions = { readonly withinMs: number; readonly signal: AbortSignal };

/**
 * Empties a Node as `kubectl drain --ignore-daemonsets --delete-emptydir-data` does: no new pods, then evictions, which respect
 * disruption budgets. Pods of a Node that is dead never report their end, so nobody waits for it: they are deleted by force with the Node.
 */
export async function drain(client: KubeClient, node: string, { withinMs, signal }: DrainOptions): Promise<void> {
  await client.patch(resources.nodes, { name: node }, { type: "merge", body: { spec: { unschedulable: true } } });
  await until(
    async () => {
      const pods = (await podsOn(client, node)).filter(isMovable);
      await Promise.all(pods.filter(({ metadata }) => !metadata.deletionTimestamp).map((pod) => evict(client, pod)));
      if (pods.length === 0) return true;
      const isAwaited = pods.some(({ metadata }) => !metadata.deletionTimestamp);
      return !isAwaited && !isAlive(node, (await client.list<Node>(resources.nodes)).items);
    },
    { for: `the pods of ${node} to end`, withinMs, everyMs: 1_000, signal, isFinal: isHostLost },
  );
}

/**
 * Whether a kubelet tells that the Node is Ready; the node lifecycle controller says Unknown of one that is silent for 40 s.
 * The Node of a host that came back under another name is dead before that: its machine has a Node that is newer.
 */
export function isAlive(name: string, nodes: readonly Node[]): boolean {
  const node = nodes.find(({ metadata }) => metadata.name === name);
  const machine = node?.status?.nodeInfo?.machineID;
  const age = ({ metadata }: Node) => Date.parse(metadata.creationTimestamp ?? "");
  const isReplaced = nodes.some(
    (one) => node && machine && one.status?.nodeInfo?.machineID === machine && age(one) > age(node),
  );
  return !isReplaced && isConditionTrue(node?.status?.conditions, "Ready");
}

/** Deletes a Node and, without waiting for its kubelet, the pods that were on it. */
export async function removeNode(client: KubeClient, node: string): Promise<void> {
  await Promise.all(
    (await podsOn(client, node)).map(({ metadata: { name = "", namespace } }) =>
      client.delete(resources.pods, { name, namespace }, { gracePeriodSeconds: 0 }).catch(ignoreNotFound),
    ),
  );
  await client.delete(resources.nodes, { name: node }).catch(ignoreNotFound);
}

async function podsOn(client: KubeClient, node: string): Promise<readonly Pod[]> {
  return (await client.list<Pod>(resources.pods, { fieldSelector: `spec.nodeName=${node}` })).items;
}

/** Neither a DaemonSet's, which would come back at once, nor a static pod's mirror, nor one that has ended. */
export function isMovable({ metadata, status }: Pod): boolean {
  const isMirror = metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined;
  const isDaemon =
    metadata.ownerReferences?.some(({ kind, controller }) => kind === "DaemonSet" && controller) ?? false;
  return !isMirror && !isDaemon && status?.phase !== "Succeeded" && status?.phase !== "Failed";
}

async function evict(client: KubeClient, { metadata: { name = "", namespace = "" } }: Pod): Promise<void> {
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/eviction`;
  try {
    await client.request({ method: "POST", path, body });
  } catch (thrown) {
    // a disruption budget says "not yet": asked again in the next round
    if (!isReason(thrown, "TooManyRequests", "NotFound")) throw thrown;
  }
}

function ignoreNotFound(thrown: unknown): void {
  if (!isReason(thrown, "NotFound")) throw thrown;
}
