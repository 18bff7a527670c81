import { Semaphore } from "../../base/semaphore.ts";
import type { Making } from "../../certs/pki/making.ts";
import { sharedFiles } from "../../certs/shared/shared-material.ts";
import type { Host } from "../../hosts/host.ts";
import { type ApiAddress, ClusterApi } from "./cluster-api.ts";
import type { ClusterContext } from "./cluster-context.ts";
import { ClusterEtcd } from "./cluster-etcd.ts";
import { HostMaterials, type SharedFiles } from "./host-materials.ts";
import { ownCluster } from "./join-source.ts";
import { JoinTokens } from "./join-tokens.ts";
import { NodeLooks } from "./node-looks.ts";
import type { NodeWish } from "./node-wish.ts";
import { StartedKubelets } from "./started-kubelets.ts";
import { WrittenPods } from "./written-pods.ts";

export type ClusterMeans = Pick<
  ClusterContext,
  | "making"
  | "materials"
  | "api"
  | "etcd"
  | "looks"
  | "joining"
  | "writtenPods"
  | "startedKubelets"
  | "restarts"
  | "close"
>;

type First = { readonly host: Host; readonly node: NodeWish };

export type MeansInput = {
  readonly making: () => Making;
  readonly first: () => Promise<First>;
  /** Where a control plane that joins gets what all of them share; from the first one unless given. */
  readonly shared?: SharedFiles | undefined;
  /** Where the API is; on the first control plane unless given. */
  readonly address?: ApiAddress | undefined;
};

/** By what the phases of one run work on a cluster, all of it made from its first control plane. */
export function clusterMeans({ making, first, shared, address }: MeansInput): ClusterMeans {
  const materials: HostMaterials = new HostMaterials(
    making,
    shared ?? ((host) => sharedByFirst(host, first, materials)),
  );
  const api = new ClusterApi(materials, address);
  const etcd = new ClusterEtcd({ first, materials, api });
  const tokens = new JoinTokens(making);
  const joining = ownCluster({ first, materials, api, tokens });
  const close = async () => {
    await tokens.close();
    await Promise.all([etcd.close(), api.close()]);
  };
  const [looks, writtenPods, restarts] = [new NodeLooks(), new WrittenPods(), new Semaphore(1)];
  const startedKubelets = new StartedKubelets();
  return { making, materials, api, etcd, looks, joining, writtenPods, startedKubelets, restarts, close };
}

async function sharedByFirst(
  name: string,
  first: () => Promise<First>,
  materials: HostMaterials,
): ReturnType<SharedFiles> {
  const { host, node } = await first();
  if (host.name === name) return undefined;
  const paths = new Set(sharedFiles(node.input.cluster).map(({ path }) => path));
  return (await materials.of(host, node.input)).pki.filter(({ path }) => paths.has(path));
}
