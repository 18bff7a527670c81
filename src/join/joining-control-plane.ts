import { SlipwayError } from "../base/errors.ts";
import { once } from "../base/once.ts";
import type { RenderedFile } from "../base/rendered-file.ts";
import { sharedFiles } from "../certs/shared/shared-material.ts";
import type { ClusterConfiguration } from "../config/kubeadm/cluster-configuration.ts";
import type { Host } from "../hosts/host.ts";
import type { KubeClient } from "../kube/client.ts";
import type { ApiAddress } from "../phases/cluster/cluster-api.ts";
import type { SharedFiles } from "../phases/cluster/host-materials.ts";
import type { ClusterTrust } from "../phases/cluster/join-source.ts";
import { textsOf } from "../phases/cluster/texts-of.ts";
import { downloadCerts } from "../phases/cluster/uploaded-certs.ts";

export type JoiningControlPlane = {
  readonly host: Host;
  readonly cluster: ClusterConfiguration;
  readonly trust: ClusterTrust;
  /** Opens the certificates that the cluster keeps for those who join; empty when they were copied to the host by hand. */
  readonly certificateKey: string;
  /** With what the host may read them. */
  readonly client: () => KubeClient;
};

/** What a control plane that joins by itself works with, in place of a first control plane in the same run. */
export function joiningControlPlane({ host, cluster, trust, certificateKey, client }: JoiningControlPlane): {
  readonly shared: SharedFiles;
  readonly address: ApiAddress;
} {
  if (cluster.controlPlaneEndpoint === "") throw noEndpoint();
  const { hostname, port } = new URL(trust.server);
  const shared = once(async (): Promise<readonly RenderedFile[]> => {
    const present = await presentFiles(host, cluster);
    if (present) return present;
    if (certificateKey === "") throw noKey(host);
    const asking = client();
    return downloadCerts(asking, cluster, certificateKey).finally(() => asking.close());
  });
  return { shared, address: { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 443) } };
}

/** What the host has already, from an earlier join or copied by hand; undefined unless it has all. */
async function presentFiles(host: Host, cluster: ClusterConfiguration): Promise<readonly RenderedFile[] | undefined> {
  const paths = sharedFiles(cluster).map(({ path }) => path);
  const texts = await textsOf(host, paths);
  const files = paths.flatMap((path) => {
    const content = texts.get(path);
    return content === undefined ? [] : [{ path, content, mode: 0o600 }];
  });
  return files.length === paths.length ? files : undefined;
}

function noEndpoint(): SlipwayError {
  return new SlipwayError({
    code: "CONTROL_PLANE_ENDPOINT_MISSING",
    exit: "configuration",
    message: "the cluster has no address that several control planes could share",
    tried: "join --control-plane",
    got: "controlPlaneEndpoint is empty in ConfigMap kube-system/kubeadm-config",
    remedy: "join this host as a worker, or make the cluster anew with `init --control-plane-endpoint`",
  });
}

function noKey({ name }: Host): SlipwayError {
  return new SlipwayError({
    code: "CERTIFICATE_KEY_MISSING",
    exit: "usage",
    host: name,
    message: "a control plane needs the certificates that the others have",
    tried: "join --control-plane without --certificate-key",
    got: "they are not on this host",
    remedy:
      "on a control plane: slipway init --phase upload-certs --upload-certs; then pass the key that it prints as --certificate-key",
  });
}
