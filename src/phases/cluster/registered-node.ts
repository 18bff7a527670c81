import { until } from "../../base/until.ts";
import type { Taint } from "../../config/kubeadm/node-registration.ts";
import { isReason } from "../../kube/api-error.ts";
import type { KubeObject } from "../../kube/object.ts";
import { resources } from "../../kube/resources.ts";
import type { Target } from "../engine/phase.ts";
import type { ClusterContext } from "./cluster-context.ts";
import { adminClient } from "./first-control-plane.ts";

export type RegisteredNode = KubeObject & { spec?: { taints?: Taint[] } };

/** A host's Node, once its kubelet has registered it with the labels that every Node has. */
export async function registered(context: ClusterContext, target: Target, name: string): Promise<RegisteredNode> {
  const client = await adminClient(context, target);
  const find = async () => {
    try {
      const node = await client.get<RegisteredNode>(resources.nodes, { name });
      return node.metadata.labels?.["kubernetes.io/hostname"] !== undefined && node;
    } catch (thrown) {
      if (isReason(thrown, "NotFound")) return undefined;
      throw thrown;
    }
  };
  const what = `kubelet of ${target.host.name} to register Node ${name}`;
  return until(find, { for: what, withinMs: 120_000, everyMs: 100, signal: target.signal });
}
