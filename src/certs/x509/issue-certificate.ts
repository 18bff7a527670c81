import type { KeyObject } from "node:crypto";
import { createPublicKey } from "node:crypto";
import type { AlternativeNames } from "./alternative-names.ts";
import type { Certificate } from "./certificate.ts";
import { children, contentBytes, decodeDer, integer, sequence, tagged, time } from "./der.ts";
import { encodeExtensions, keyIdentifier, type Usage } from "./extensions.ts";
import { pemBlock } from "./pem.ts";
import { signatureAlgorithm, signed } from "./signature.ts";
import { encodeSubject, type Subject } from "./subject.ts";

/** An authority that can sign: its certificate, and the key that a host may or may not hold. */
export type Authority = { readonly certificate: Certificate; readonly privateKey: KeyObject };

export type CertificateRequest = {
  readonly subject: Subject;
  readonly publicKey: KeyObject;
  readonly usages: readonly Usage[];
  readonly alternativeNames: AlternativeNames;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Gives this many random bytes. */
  readonly random: (size: number) => Uint8Array;
};

/** Signs a leaf certificate with an authority; gives PEM. */
export function issueCertificate(request: CertificateRequest, { certificate, privateKey }: Authority): string {
  const extensions = encodeExtensions({
    ...request,
    isCa: false,
    authorityKeyId: certificate.subjectKeyId,
  });
  const issuer = certificate.encodedSubject;
  return pemBlock("CERTIFICATE", signed(body(request, { issuer, extensions, privateKey }), privateKey));
}

/** Signs a certificate authority with its own key; gives PEM. */
export function issueAuthority(
  request: Omit<CertificateRequest, "usages" | "publicKey">,
  privateKey: KeyObject,
): string {
  const publicKey = createPublicKey(privateKey);
  const extensions = encodeExtensions({
    ...request,
    usages: [],
    isCa: true,
    subjectKeyId: keyIdentifier(publicKeyBits(publicKey)),
  });
  const issuer = encodeSubject(request.subject);
  return pemBlock(
    "CERTIFICATE",
    signed(body({ ...request, publicKey }, { issuer, extensions, privateKey }), privateKey),
  );
}

type Signing = { issuer: ReturnType<typeof sequence>; extensions: ReturnType<typeof sequence>; privateKey: KeyObject };
type BodyInput = Pick<CertificateRequest, "subject" | "publicKey" | "notBefore" | "notAfter" | "random">;

/** TBSCertificate, version 3 (RFC 5280, 4.1). */
function body(
  { subject, publicKey, notBefore, notAfter, random }: BodyInput,
  { issuer, extensions, privateKey }: Signing,
) {
  const version = tagged(0, [integer(Uint8Array.of(2))]);
  return sequence(
    version,
    integer(serialNumber(random)),
    signatureAlgorithm(privateKey),
    issuer,
    sequence(time(notBefore), time(notAfter)),
    encodeSubject(subject),
    decodeDer(publicKey.export({ type: "spki", format: "der" })),
    tagged(3, [extensions]),
  );
}

/** Uniform in [1, 2^63 - 2], as kubeadm draws it. */
function serialNumber(random: (size: number) => Uint8Array): Uint8Array {
  const largest = 2n ** 63n - 2n;
  for (;;) {
    const bytes = Uint8Array.from(random(8));
    bytes[0] = (bytes[0] ?? 0) & 0x7f;
    const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    if (value >= 1n && value <= largest) return bytes;
  }
}

/** The bits of the key alone, without its algorithm. */
function publicKeyBits(key: KeyObject): Uint8Array {
  const [, bits] = children(decodeDer(key.export({ type: "spki", format: "der" })));
  return contentBytes(bits).subarray(1);
}
