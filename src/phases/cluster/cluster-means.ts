import { Semaphore } from "../../base/semaphore.ts";
import type { Making } from "../../certs/pki/making.ts";
import type { Host } from "../../hosts/host.ts";
import { ClusterApi } from "./cluster-api.ts";
import type { ClusterContext } from "./cluster-context.ts";
import { HostMaterials } from "./host-materials.ts";
import { ownCluster } from "./join-source.ts";
import { JoinTokens } from "./join-tokens.ts";
import type { NodeWish } from "./node-wish.ts";

export type ClusterMeans = Pick<ClusterContext, "making" | "materials" | "api" | "joining" | "restarts">;

/** By what the phases of one run work on a cluster, all of it made from its first control plane. */
export function clusterMeans(
  making: () => Making,
  first: () => Promise<{ readonly host: Host; readonly node: NodeWish }>,
): ClusterMeans {
  const materials = new HostMaterials(making);
  const api = new ClusterApi(materials);
  const joining = ownCluster({ first, materials, api, tokens: new JoinTokens(making) });
  return { making, materials, api, joining, restarts: new Semaphore(1) };
}
