import { dirname } from "node:path";
import { manifestsDir } from "../../config/kubeadm/constants.ts";
import type { Host } from "../../hosts/host.ts";
import { commandValue, manifestCommand } from "../../manifests/static-pod/manifest-command.ts";
import { textsOf } from "../cluster/texts-of.ts";

/** What a host's static pods tell of the control plane on it; nothing on a worker. */
export type LocalControlPlane = {
  readonly certificatesDir?: string | undefined;
  readonly etcd?: LocalMember | undefined;
};

export type LocalMember = {
  readonly name: string;
  readonly peerUrl: string;
  readonly dataDir: string;
  /** The folder of etcd's certificates. */
  readonly pki: string;
};

const manifests = { apiServer: `${manifestsDir}/kube-apiserver.yaml`, etcd: `${manifestsDir}/etcd.yaml` };

export async function localControlPlane(host: Host): Promise<LocalControlPlane> {
  const texts = await textsOf(host, Object.values(manifests));
  const authority = commandValue(manifestCommand(texts.get(manifests.apiServer)), "client-ca-file");
  return { certificatesDir: authority && dirname(authority), etcd: localMember(texts.get(manifests.etcd)) };
}

function localMember(manifest: string | undefined): LocalMember | undefined {
  const command = manifestCommand(manifest);
  const [name, peerUrl, dataDir, authority] = [
    "name",
    "initial-advertise-peer-urls",
    "data-dir",
    "trusted-ca-file",
  ].map((flag) => commandValue(command, flag));
  if (!name || !peerUrl || !dataDir || !authority) return undefined;
  return { name, peerUrl, dataDir, pki: dirname(authority) };
}
