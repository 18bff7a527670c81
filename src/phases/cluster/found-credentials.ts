import type { ExistingFiles } from "../../base/rendered-file.ts";
import { authorities, leaves } from "../../certs/pki/profiles.ts";
import { kubeletDir, kubernetesDir, manifestsDir } from "../../config/kubeadm/constants.ts";
import type { ControlPlaneInput } from "../../config/kubeadm/values/control-plane-node.ts";
import type { Host } from "../../hosts/host.ts";
import type { Op } from "../../hosts/op.ts";
import { kubeconfigProfiles } from "../../kubeconfig/profiles.ts";
import { type EtcdMember, joinedEtcdMembers } from "../../manifests/static-pod/joined-etcd-members.ts";
import { caFolders } from "../../manifests/static-pod/volumes.ts";

/** Where a kubelet keeps the certificate that it rotates, key included. */
export const rotatedCertificate = `${kubeletDir}/pki/kubelet-client-current.pem`;

const etcdManifest = `${manifestsDir}/etcd.yaml`;

type OfCluster = Pick<ControlPlaneInput, "cluster">;

/** Every file of kubeadm's PKI and kubeconfigs on a control-plane host. */
export function credentialPaths({ cluster }: OfCluster): string[] {
  const belongs = (one: { isForLocalEtcd: boolean }) => !one.isForLocalEtcd || !cluster.etcd.external;
  const pairs = [...authorities, ...leaves].filter(belongs).flatMap(({ file }) => [`${file}.crt`, `${file}.key`]);
  return [
    ...[...pairs, "sa.key", "sa.pub"].map((file) => `${cluster.certificatesDir}/${file}`),
    ...kubeconfigProfiles.map(({ file }) => `${kubernetesDir}/${file}`),
  ];
}

export type FoundCredentials = {
  readonly existing: ExistingFiles;
  /** Which of the folders with CA certificates exist; the control plane's pods mount them. */
  readonly caFolders: readonly string[];
  /** The kubelet has a certificate of its own by now, made by bootstrap or rotation. */
  readonly hasRotatedCertificate: boolean;
  /** The members with which this host's etcd once joined the others; none where it began the cluster or has no manifest. */
  readonly etcdMembers: readonly EtcdMember[];
  /** etcd ran here, and what it stored is still there. */
  readonly hasEtcdData: boolean;
  /** Its static pod stands there. */
  readonly hasEtcdManifest: boolean;
};

type Read = Extract<Op, { kind: "read" }>;

/** What `lookAtCredentials` asks of a host. */
export function credentialReads(input: OfCluster): readonly Read[] {
  const contents = [...credentialPaths(input), etcdManifest];
  const others = [...caFolders, rotatedCertificate, etcdDataOf(input)];
  return [
    ...contents.map((path): Read => ({ kind: "read", path, want: "content" })),
    ...others.map((path): Read => ({ kind: "read", path, want: "stat" })),
  ];
}

function etcdDataOf({ cluster }: OfCluster): string {
  return `${cluster.etcd.local?.dataDir}/member`;
}

/** Reads files, and what else decides on a control plane's files, in one round trip. */
export async function lookAtCredentials(host: Host, input: OfCluster): Promise<FoundCredentials> {
  const reads = credentialReads(input);
  const results = await host.batch(reads, { keepGoing: true });
  const states = reads.map(({ path }, index) => {
    const result = results[index];
    return { path, state: result?.kind === "read" ? result.state : ({ kind: "absent" } as const) };
  });
  const texts = states.flatMap(({ path, state }) =>
    state.kind === "file" && state.content ? [[path, Buffer.from(state.content).toString("utf8")] as const] : [],
  );
  const present = new Set(states.filter(({ state }) => state.kind !== "absent").map(({ path }) => path));
  const existing = new Map(texts);
  return {
    existing,
    caFolders: caFolders.filter((folder) => present.has(folder)),
    hasRotatedCertificate: present.has(rotatedCertificate),
    etcdMembers: joinedEtcdMembers(existing.get(etcdManifest)),
    hasEtcdData: present.has(etcdDataOf(input)),
    hasEtcdManifest: present.has(etcdManifest),
  };
}
