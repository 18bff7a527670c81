import type { Host } from "../../hosts/host.ts";
import { unlessLost } from "../../hosts/unless-lost.ts";
import type { KubeClient } from "../../kube/client.ts";
import type { Target } from "../engine/phase.ts";
import type { Identity } from "./cluster-api.ts";
import { type ClusterContext, nodeOf } from "./cluster-context.ts";
import type { NodeWish } from "./node-wish.ts";

/** The host through which a run speaks with the cluster: the first control plane, or the one that joins. */
export async function firstControlPlane(context: ClusterContext): Promise<{ host: Host; node: NodeWish }> {
  const host = await context.hostNamed(context.firstControlPlane);
  return { host, node: nodeOf(context, { host }) };
}

/** Whether there is nothing to ask yet: a plan then takes all that it wants for new. */
export async function isNewCluster(context: ClusterContext): Promise<boolean> {
  const { host, node } = await firstControlPlane(context);
  return (await context.materials.of(host, node.input)).isNew;
}

/** A client of the cluster's API, once that is ready. */
export async function adminClient(
  context: ClusterContext,
  target: Target,
  identity: Identity = "admin",
): Promise<KubeClient> {
  const first = await firstControlPlane(context);
  await unlessLost(target, () => context.api.ready(first, target));
  return context.api.client(first, identity);
}
