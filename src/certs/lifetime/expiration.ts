import type { ExistingFiles } from "../../base/rendered-file.ts";
import type { ClusterConfiguration } from "../../config/kubeadm/cluster-configuration.ts";
import { parseCertificate } from "../../x509/certificate.ts";
import { type AuthorityName, authorities, leaves } from "../pki/profiles.ts";

/** One row of `certs check-expiration`; the fields of output.kubeadm.k8s.io/v1alpha3 CertificateExpirationInfo. */
export type Expiration = {
  readonly name: string;
  /** Absent when the certificate is missing. */
  readonly notAfter: Date | undefined;
  /** The authority that signs it; absent for an authority. */
  readonly caName: AuthorityName | undefined;
  /** Whether the authority's key is kept elsewhere, so that this certificate can't be renewed here. */
  readonly externallyManaged: boolean;
};

type Found = { readonly cluster: ClusterConfiguration; readonly existing: ExistingFiles };

/** The authorities that this cluster has. */
export function authorityExpirations(found: Found): readonly Expiration[] {
  return authorities
    .filter(({ isForLocalEtcd }) => !isForLocalEtcd || !found.cluster.etcd.external)
    .map(({ name, file }) => ({
      name,
      notAfter: notAfterOf(found, file),
      caName: undefined,
      externallyManaged: isExternal(found, name),
    }));
}

export function leafExpirations(found: Found): readonly Expiration[] {
  return leaves
    .filter(({ isForLocalEtcd }) => !isForLocalEtcd || !found.cluster.etcd.external)
    .map(({ name, file, authority }) => ({
      name,
      notAfter: notAfterOf(found, file),
      caName: authority,
      externallyManaged: isExternal(found, authority),
    }));
}

/** An authority is external when its certificate is here and its key is not. */
export function isExternal({ cluster, existing }: Found, name: AuthorityName): boolean {
  const file = authorities.find((authority) => authority.name === name)?.file;
  const base = `${cluster.certificatesDir}/${file}`;
  return existing.has(`${base}.crt`) && !existing.has(`${base}.key`);
}

function notAfterOf({ cluster, existing }: Found, file: string): Date | undefined {
  return parseCertificate(existing.get(`${cluster.certificatesDir}/${file}.crt`) ?? "")?.notAfter;
}
