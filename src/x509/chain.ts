import type { Certificate } from "./certificate.ts";

/** Whether `signer` signed this certificate: same name, and its key verifies the signature. */
export function isSignedBy(certificate: Certificate, signer: Certificate): boolean {
  return certificate.x509.checkIssued(signer.x509) && certificate.x509.verify(signer.publicKey);
}

/** Whether a leaf leads to the authority, through the intermediates that follow it in its file. */
export function leadsTo(authority: Certificate, [leaf, ...intermediates]: readonly Certificate[]): boolean {
  if (!leaf) return false;
  if (isSignedBy(leaf, authority)) return true;
  const next = intermediates.find((one) => one.isCa && isSignedBy(leaf, one));
  return next !== undefined && leadsTo(authority, [next, ...intermediates.filter((one) => one !== next)]);
}

export type Validity = "valid" | "expired" | "notYetValid";

export function validityAt({ notBefore, notAfter }: Certificate, now: Date): Validity {
  if (now < notBefore) return "notYetValid";
  return now > notAfter ? "expired" : "valid";
}
