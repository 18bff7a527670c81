import { randomBytes } from "node:crypto";
import type { CertificateSigningRequest } from "../../../kube/kinds/certificate-signing-request.ts";
import type { CertificateRequest } from "../../../x509/certificate-request.ts";
import type { KeyUsage, Usage } from "../../../x509/extensions.ts";
import { type Authority, issueCertificate } from "../../../x509/issue-certificate.ts";

/** The API's words (certificates/v1 KeyUsage) for what we sign. */
const keyUsages: Readonly<Record<string, KeyUsage>> = {
  "digital signature": "digitalSignature",
  "content commitment": "contentCommitment",
  "key encipherment": "keyEncipherment",
  "data encipherment": "dataEncipherment",
  "key agreement": "keyAgreement",
  "cert sign": "keyCertSign",
  "crl sign": "crlSign",
};
const extendedKeyUsages: Readonly<Record<string, Usage>> = { "server auth": "serverAuth", "client auth": "clientAuth" };

const backdateMs = 5 * 60_000;
const shortestMs = 10 * 60_000;

export type SigningFacts = {
  readonly authority: Authority;
  /** The longest validity, and what is given when nothing is asked. */
  readonly durationMs: number;
  readonly nowMs: number;
};

/** The certificate that a signer issues for a request (PEM), with its subject, key, names and usages. */
export function signRequest(
  { spec }: CertificateSigningRequest,
  request: CertificateRequest,
  facts: SigningFacts,
): string {
  const { authority, durationMs, nowMs } = facts;
  const asked = spec.expirationSeconds === undefined ? durationMs : spec.expirationSeconds * 1000;
  const validMs = Math.max(shortestMs, Math.min(durationMs, asked));
  // a short life is not shortened further by the allowance for clocks
  const backdated = validMs > 2 * backdateMs ? nowMs + validMs - backdateMs : nowMs + validMs;
  const usages = spec.usages ?? [];
  return issueCertificate(
    {
      ...request,
      notBefore: new Date(nowMs - backdateMs),
      notAfter: new Date(Math.min(backdated, authority.certificate.notAfter.getTime())),
      keyUsages: usages.flatMap((usage) => keyUsages[usage] ?? []),
      usages: usages.flatMap((usage) => extendedKeyUsages[usage] ?? []),
      random: randomBytes,
    },
    authority,
  );
}
