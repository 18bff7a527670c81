import type { CertificateSigningRequest } from "../../../kube/kinds/certificate-signing-request.ts";
import type { Authority } from "../../../kube/x509/authority.ts";
import { isExtendedKeyUsage, isKeyUsage, issueCertificate } from "../../../kube/x509/certificate.ts";
import type { CertificateRequest } from "../../../kube/x509/certificate-request.ts";

const backdateMs = 5 * 60_000;
const shortestMs = 10 * 60_000;

export type SigningFacts = {
  readonly authority: Authority;
  /** The longest validity, and what is given when nothing is asked. */
  readonly durationMs: number;
  readonly nowMs: number;
  readonly serial: Buffer;
};

/** The certificate that a signer issues for a request (PEM), with its subject, key, names and usages. */
export function signRequest(
  { spec }: CertificateSigningRequest,
  request: CertificateRequest,
  facts: SigningFacts,
): string {
  const { authority, durationMs, nowMs, serial } = facts;
  const asked = spec.expirationSeconds === undefined ? durationMs : spec.expirationSeconds * 1000;
  const validMs = Math.max(shortestMs, Math.min(durationMs, asked));
  // a short life is not shortened further by the allowance for clocks
  const backdated = validMs > 2 * backdateMs ? nowMs + validMs - backdateMs : nowMs + validMs;
  const usages = spec.usages ?? [];
  return issueCertificate(
    {
      serial,
      issuer: authority.subjectBytes,
      subject: request.subjectBytes,
      subjectPublicKeyInfo: request.subjectPublicKeyInfo,
      notBefore: new Date(nowMs - backdateMs),
      notAfter: new Date(Math.min(backdated, authority.notAfter.getTime())),
      keyUsages: usages.filter(isKeyUsage),
      extendedKeyUsages: usages.filter(isExtendedKeyUsage),
      altNames: request.altNames,
      authorityKeyId: authority.keyId,
    },
    authority.key,
  );
}
