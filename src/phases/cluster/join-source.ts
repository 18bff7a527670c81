import { controlPlaneInput } from "../../config/kubeadm/values/control-plane-node.ts";
import type { Host } from "../../hosts/host.ts";
import type { KubeconfigInput } from "../../kubeconfig/build-kubeconfig.ts";
import { clusterServerUrl } from "../../kubeconfig/server-url.ts";
import type { ClusterApi } from "./cluster-api.ts";
import type { HostMaterials } from "./host-materials.ts";
import type { JoinTokens } from "./join-tokens.ts";
import type { NodeWish } from "./node-wish.ts";

/** Where a joining host learns whom to trust, and with what it may ask for a certificate. */
export interface JoinSource {
  trust(): Promise<ClusterTrust>;
  /** What the cluster lets ask for a kubelet's certificate: mostly a bootstrap token. */
  credentials(signal: AbortSignal): Promise<JoinCredentials>;
}

export type JoinCredentials = KubeconfigInput["credentials"];

export type ClusterTrust = {
  /** https://host:port of the cluster's API. */
  readonly server: string;
  readonly clusterName: string;
  /** PEM of the cluster's authority. */
  readonly ca: string;
};

/** For those who hold the first control plane: its CA, and a token made for this run. */
export function ownCluster(parts: {
  readonly first: () => Promise<{ host: Host; node: NodeWish }>;
  readonly materials: HostMaterials;
  readonly api: ClusterApi;
  readonly tokens: JoinTokens;
}): JoinSource {
  const { first, materials, api, tokens } = parts;
  return {
    trust: async () => {
      const { host, node } = await first();
      const { cluster } = node.input;
      const ca = await materials.file(host, node.input, `${cluster.certificatesDir}/ca.crt`);
      return { server: clusterServerUrl(controlPlaneInput(node.input)), clusterName: cluster.clusterName, ca };
    },
    credentials: async (signal) => {
      const control = await first();
      await api.ready(control, { signal });
      return { kind: "token", token: await tokens.forJoin(await api.client(control)) };
    },
  };
}
