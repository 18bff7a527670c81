import { createPublicKey, type KeyObject } from "node:crypto";
import type { AlternativeNames } from "./alternative-names.ts";
import type { Certificate } from "./certificate.ts";
import { children, contentBytes, type Der, decodeDer, integer, sequence, tagged, time } from "./der.ts";
import { encodeExtensions, type KeyUsage, keyIdentifier, type Usage } from "./extensions.ts";
import { pemBlock } from "./pem.ts";
import { signatureAlgorithm, signed } from "./signature.ts";
import { encodeSubject, type Subject } from "./subject.ts";

/** An authority that can sign: its certificate, and the key that a host may or may not hold. */
export type Authority = { readonly certificate: Certificate; readonly privateKey: KeyObject };

/** What signing takes of an authority. */
export type Issuer = {
  readonly certificate: Pick<Certificate, "encodedSubject" | "subjectKeyId">;
  readonly privateKey: KeyObject;
};

export type CertificateContents = {
  readonly subject: Subject;
  /** The subject as a request encodes it, taken over to the byte. */
  readonly encodedSubject?: Der;
  readonly publicKey: KeyObject;
  /** digitalSignature and keyEncipherment where none are named: kubeadm's, for ECDSA too. */
  readonly keyUsages?: readonly KeyUsage[];
  readonly usages: readonly Usage[];
  readonly alternativeNames: AlternativeNames;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Gives this many random bytes. */
  readonly random: (size: number) => Uint8Array;
};

const leafKeyUsages = ["digitalSignature", "keyEncipherment"] as const;

/** Signs a leaf certificate; gives PEM. */
export function issueCertificate(contents: CertificateContents, { certificate, privateKey }: Issuer): string {
  const extensions = encodeExtensions({
    keyUsages: leafKeyUsages,
    ...contents,
    isCa: false,
    authorityKeyId: certificate.subjectKeyId,
  });
  const issuer = certificate.encodedSubject;
  return pemBlock("CERTIFICATE", signed(body(contents, { issuer, extensions, privateKey }), privateKey));
}

/** Signs a certificate authority with its own key; gives PEM. */
export function issueAuthority(
  contents: Omit<CertificateContents, "keyUsages" | "usages" | "publicKey">,
  privateKey: KeyObject,
): string {
  const publicKey = createPublicKey(privateKey);
  const extensions = encodeExtensions({
    ...contents,
    keyUsages: [...leafKeyUsages, "keyCertSign"],
    usages: [],
    isCa: true,
    subjectKeyId: keyIdentifier(publicKeyBits(publicKey)),
  });
  const issuer = encodeSubject(contents.subject);
  return pemBlock(
    "CERTIFICATE",
    signed(body({ ...contents, publicKey }, { issuer, extensions, privateKey }), privateKey),
  );
}

type Signing = { readonly issuer: Der; readonly extensions: Der; readonly privateKey: KeyObject };
type BodyInput = Pick<
  CertificateContents,
  "subject" | "encodedSubject" | "publicKey" | "notBefore" | "notAfter" | "random"
>;

/** TBSCertificate, version 3 (RFC 5280, 4.1). */
function body(
  { subject, encodedSubject, publicKey, notBefore, notAfter, random }: BodyInput,
  { issuer, extensions, privateKey }: Signing,
) {
  const version = tagged(0, [integer(Uint8Array.of(2))]);
  return sequence(
    version,
    integer(serialNumber(random)),
    signatureAlgorithm(privateKey),
    issuer,
    sequence(time(notBefore), time(notAfter)),
    encodedSubject ?? encodeSubject(subject),
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
