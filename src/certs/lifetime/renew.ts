import type { RenderedFile } from "../../base/rendered-file.ts";
import type { Certificate } from "../../x509/certificate.ts";
import { type Authority, issueCertificate } from "../../x509/issue-certificate.ts";
import { type KeyPair, privateKeyPem } from "../key-pair.ts";
import type { Making } from "../pki/making.ts";
import { lifetime } from "../pki/new-material.ts";

/**
 * A successor of a certificate: subject, names and usages are taken over from it, the key is new and the validity starts
 * afresh (app/phases/certs/renewal/).
 */
export async function renewCertificate(
  current: Certificate,
  authority: Authority,
  { period, making }: { readonly period: string; readonly making: Making },
): Promise<{ pair: KeyPair; certificate: string }> {
  const pair = await making.newKeyPair();
  const certificate = issueCertificate(
    {
      subject: current.subject,
      publicKey: pair.publicKey,
      usages: current.usages,
      alternativeNames: current.alternativeNames,
      ...lifetime(making.now, period),
      random: making.random,
    },
    authority,
  );
  return { pair, certificate };
}

/** The files of a renewed pair at `base`, the key first. */
export function renewedFiles(
  base: string,
  { pair, certificate }: { pair: KeyPair; certificate: string },
): RenderedFile[] {
  return [
    { path: `${base}.key`, mode: 0o600, content: privateKeyPem(pair.privateKey) },
    { path: `${base}.crt`, mode: 0o644, content: certificate },
  ];
}
