import { parseDuration } from "../../base/duration.ts";
import type { RenderedFile } from "../../base/rendered-file.ts";
import type { ClusterConfiguration } from "../../config/kubeadm/cluster-configuration.ts";
import type { ControlPlaneInput } from "../../config/kubeadm/values/control-plane-node.ts";
import { type AlternativeNames, alternativeNames } from "../../x509/alternative-names.ts";
import { type Certificate, parseCertificate } from "../../x509/certificate.ts";
import { type Authority, issueAuthority, issueCertificate } from "../../x509/issue-certificate.ts";
import { type KeyPair, privateKeyPem } from "../key-pair.ts";
import { backdatedMs, type Making } from "./making.ts";
import type { AuthorityProfile, LeafProfile } from "./profiles.ts";

/** A new self-signed authority, as files and ready to sign. */
export async function makeAuthority(
  { file, commonName }: AuthorityProfile,
  { certificatesDir, caCertificateValidityPeriod }: ClusterConfiguration,
  { now, random, newKeyPair }: Making,
): Promise<{ authority: Authority; files: readonly RenderedFile[] }> {
  const pair = await newKeyPair();
  const pem = issueAuthority(
    {
      subject: { commonName, organizations: [] },
      alternativeNames: alternativeNames(commonName),
      ...lifetime(now, caCertificateValidityPeriod),
      random,
    },
    pair.privateKey,
  );
  const certificate = parseCertificate(pem);
  if (!certificate) throw new TypeError("the certificate that was just made can't be read");
  return {
    authority: { certificate, privateKey: pair.privateKey },
    files: pairFiles(`${certificatesDir}/${file}`, pair, pem),
  };
}

/** A new certificate with a new key, signed by the authority. */
export async function makeLeaf(
  { file, commonName, usages, names }: LeafProfile,
  authority: Authority,
  input: ControlPlaneInput,
  { now, random, newKeyPair }: Making,
): Promise<readonly RenderedFile[]> {
  const pair = await newKeyPair();
  const pem = issueCertificate(
    {
      subject: { commonName: typeof commonName === "string" ? commonName : commonName(input), organizations: [] },
      publicKey: pair.publicKey,
      usages,
      alternativeNames: names(input),
      ...lifetime(now, input.cluster.certificateValidityPeriod),
      random,
    },
    authority,
  );
  return pairFiles(`${input.cluster.certificatesDir}/${file}`, pair, pem);
}

/** A successor of a certificate with more names; its key stays, so that certificate and key belong together at every moment. */
export function widenedLeaf(
  { subject, publicKey, usages, alternativeNames: present }: Certificate,
  authority: Authority,
  { names, period, making }: { readonly names: AlternativeNames; readonly period: string; readonly making: Making },
): string {
  const all = [present, names].flatMap(({ dnsNames, ipAddresses }) => [...dnsNames, ...ipAddresses]);
  const request = { subject, publicKey, usages, alternativeNames: alternativeNames(...all), random: making.random };
  return issueCertificate({ ...request, ...lifetime(making.now, period) }, authority);
}

/** From five minutes ago to `period` from now. */
export function lifetime(now: Date, period: string): { notBefore: Date; notAfter: Date } {
  return {
    notBefore: new Date(now.getTime() - backdatedMs),
    notAfter: new Date(now.getTime() + (parseDuration(period) ?? 0)),
  };
}

/** `base`.key 0600 and `base`.crt 0644, the key first. */
function pairFiles(base: string, { privateKey }: KeyPair, certificate: string): readonly RenderedFile[] {
  return [
    { path: `${base}.key`, mode: 0o600, content: privateKeyPem(privateKey) },
    { path: `${base}.crt`, mode: 0o644, content: certificate },
  ];
}
