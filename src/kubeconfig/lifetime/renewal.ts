import type { ExistingFiles, RenderedFile } from "../../base/rendered-file.ts";
import { isExternal } from "../../certs/lifetime/expiration.ts";
import { renewCertificate, renewedFiles } from "../../certs/lifetime/renew.ts";
import { existingAuthority } from "../../certs/pki/existing-material.ts";
import type { Making } from "../../certs/pki/making.ts";
import { pkiError } from "../../certs/pki/pki-error.ts";
import { type AuthorityName, authorities, leaves } from "../../certs/pki/profiles.ts";
import type { ClusterConfiguration } from "../../config/kubeadm/cluster-configuration.ts";
import { kubernetesDir } from "../../config/kubeadm/constants.ts";
import { parseCertificate } from "../../x509/certificate.ts";
import type { Authority } from "../../x509/issue-certificate.ts";
import { kubeconfigClient } from "../kubeconfig-client.ts";
import { kubeconfigProfiles } from "../profiles.ts";
import { renewKubeconfig } from "./renew-kubeconfig.ts";

/** What `certs renew` can renew, by name, alphabetically; never authorities, kubelet.conf or the sa pair. */
export function renewableNames({ etcd }: Pick<ClusterConfiguration, "etcd">): readonly string[] {
  const mine = leaves.filter(({ isForLocalEtcd }) => !isForLocalEtcd || !etcd.external).map(({ name }) => name);
  return [...mine, ...renewableKubeconfigs].sort();
}

export const renewableKubeconfigs: readonly string[] = kubeconfigProfiles
  .filter(({ name }) => name !== "kubelet")
  .map(({ file }) => file);

export type Renewal =
  | { readonly kind: "renewed"; readonly name: string; readonly files: readonly RenderedFile[] }
  | { readonly kind: "missing"; readonly name: string }
  /** The authority's key is not here. */
  | { readonly kind: "external"; readonly name: string; readonly authority: AuthorityName };

export type RenewalRequest = {
  readonly cluster: ClusterConfiguration;
  readonly existing: ExistingFiles;
  readonly making: Making;
};

/** Renews one by name, however long it would still be valid. Throws when its authority can't be read. */
export async function renew(name: string, request: RenewalRequest): Promise<Renewal> {
  const leaf = leaves.find((one) => one.name === name);
  const authority = leaf?.authority ?? "ca";
  if (isExternal(request, authority)) return { kind: "external", name, authority };
  return leaf ? renewLeaf(leaf, request) : renewKubeconfigFile(name, request);
}

async function renewLeaf(leaf: (typeof leaves)[number], request: RenewalRequest): Promise<Renewal> {
  const { cluster, existing, making } = request;
  const base = `${cluster.certificatesDir}/${leaf.file}`;
  const current = parseCertificate(existing.get(`${base}.crt`) ?? "");
  if (!current) return { kind: "missing", name: leaf.name };
  const renewed = await renewCertificate(current, signer(leaf.authority, request), {
    period: cluster.certificateValidityPeriod,
    making,
  });
  return { kind: "renewed", name: leaf.name, files: renewedFiles(base, renewed) };
}

async function renewKubeconfigFile(name: string, request: RenewalRequest): Promise<Renewal> {
  const path = `${kubernetesDir}/${name}`;
  const text = request.existing.get(path);
  if (text === undefined || !kubeconfigClient(text)) return { kind: "missing", name };
  const content = await renewKubeconfig(text, signer("ca", request), {
    period: request.cluster.certificateValidityPeriod,
    making: request.making,
  });
  return { kind: "renewed", name, files: [{ path, mode: 0o600, content }] };
}

function signer(name: AuthorityName, { cluster, existing, making }: RenewalRequest): Authority {
  const file = authorities.find((authority) => authority.name === name)?.file;
  const path = `${cluster.certificatesDir}/${file}`;
  const found = existingAuthority(existing, path, making.now);
  if (!found?.privateKey) {
    const remedy = "restore the authority's certificate and key; only what it signed is trusted in the cluster";
    throw pkiError("CA_MISSING", { path: `${path}.crt`, message: "is missing, and is needed to sign", remedy });
  }
  return { certificate: found.certificate, privateKey: found.privateKey };
}
