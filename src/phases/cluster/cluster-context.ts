import type { Semaphore } from "../../base/semaphore.ts";
import type { Making } from "../../certs/pki/making.ts";
import type { BootstrapToken } from "../../config/kubeadm/bootstrap-token.ts";
import type { Host } from "../../hosts/host.ts";
import type { Distribution } from "../../runtime/distribution.ts";
import type { RuntimeWish } from "../../runtime/runtime-wish.ts";
import type { HostSettingsContext } from "../host-settings/host-settings-context.ts";
import type { ClusterApi } from "./cluster-api.ts";
import type { ClusterEtcd } from "./cluster-etcd.ts";
import type { HostMaterials } from "./host-materials.ts";
import type { JoinSource } from "./join-source.ts";
import type { NodeLooks } from "./node-looks.ts";
import type { NodeWish } from "./node-wish.ts";
import type { StartedKubelets } from "./started-kubelets.ts";
import type { WrittenPods } from "./written-pods.ts";

/** What the workflows carry from phase to phase: the wish for every host, and what was learnt of the cluster. */
export type ClusterContext = {
  /** By the host's name in reports. */
  readonly nodes: ReadonlyMap<string, NodeWish>;
  /** Name of the host whose PKI, etcd and API server come first; empty where a host joins a cluster that others hold. */
  readonly firstControlPlane: string;
  readonly network: NetworkWish;
  /** Names of checks whose errors count as warnings, or `all`. */
  readonly ignoredPreflightErrors?: readonly string[];
  /** What the cluster file says of single hosts. */
  readonly hostSettings?: NonNullable<HostSettingsContext["hostSettings"]>;
  /** What this machine made for hosts; made when a phase first asks for it. */
  readonly distribution: () => Promise<Distribution>;
  readonly runtime: RuntimeWish;
  /** One host at a time restarts what others may need. */
  readonly restarts: Semaphore;
  /** A host of this run by its name, connected. */
  readonly hostNamed: (name: string) => Promise<Host>;
  readonly making: () => Making;
  readonly materials: HostMaterials;
  readonly api: ClusterApi;
  readonly etcd: ClusterEtcd;
  readonly looks: NodeLooks;
  readonly joining: JoinSource;
  readonly writtenPods: WrittenPods;
  readonly startedKubelets: StartedKubelets;
  /** Nodes that are not in the file are removed. */
  readonly isPruning: boolean;
  /** Tokens that the cluster should know: those of `init`'s configuration, none when a cluster file is applied. */
  readonly bootstrapTokens: readonly BootstrapToken[];
  /** Set when the certificates are to be shared with further control planes; they are sealed with it. */
  readonly certificateKey?: string | undefined;
  /** Ends the connections that the run made to the cluster. */
  readonly close: () => Promise<void>;
};

export type NetworkWish =
  | { readonly provider: "slipway"; readonly backend: "vxlan" | "host-gw" }
  /** The user's own manifests, or none. */
  | { readonly provider: "none" };

/** The wish for a host; every host of a run has one. */
export function nodeOf({ nodes }: Pick<ClusterContext, "nodes">, { host }: { host: { name: string } }): NodeWish {
  const node = nodes.get(host.name);
  if (!node) throw new Error(`host ${host.name} is not in the cluster's configuration`);
  return node;
}

export function isControlPlane(context: ClusterContext, target: { host: { name: string } }): boolean {
  return nodeOf(context, target).role === "control-plane";
}

export function isFirstControlPlane(context: ClusterContext, { host }: { host: { name: string } }): boolean {
  return host.name === context.firstControlPlane;
}

/** One that joins the first: it shares that one's authorities and becomes a member of its etcd. */
export function isFurtherControlPlane(context: ClusterContext, target: { host: { name: string } }): boolean {
  return isControlPlane(context, target) && !isFirstControlPlane(context, target);
}
