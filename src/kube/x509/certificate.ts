import { createHash, type KeyObject, sign } from "node:crypto";
import { type AltNames, encodeAltNames } from "./alt-names.ts";
import { bitString, boolean, context, der, integer, octetString, oid, readDer, sequence, tags, time } from "./der.ts";
import { pem } from "./pem.ts";

/** What a certificate says; names and the public key are DER, taken over as they stand in a request or a CA. */
export type CertificateFacts = {
  /** Random, at least 8 bytes. */
  readonly serial: Buffer;
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly subjectPublicKeyInfo: Buffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly keyUsages: readonly KeyUsage[];
  readonly extendedKeyUsages: readonly ExtendedKeyUsage[];
  readonly altNames: Pick<AltNames, "dnsNames" | "ipAddresses">;
  /** The subject key identifier of the issuer, if it has one. */
  readonly authorityKeyId?: Buffer | undefined;
};

/** Bits of the extension (RFC 5280, 4.2.1.3), by the API's words for them. */
const keyUsageBits = {
  "digital signature": 0,
  "content commitment": 1,
  "key encipherment": 2,
  "data encipherment": 3,
  "key agreement": 4,
  "cert sign": 5,
  "crl sign": 6,
} as const;
export type KeyUsage = keyof typeof keyUsageBits;

const extendedKeyUsageOids = { "server auth": "1.3.6.1.5.5.7.3.1", "client auth": "1.3.6.1.5.5.7.3.2" } as const;
export type ExtendedKeyUsage = keyof typeof extendedKeyUsageOids;

export const isKeyUsage = (usage: string): usage is KeyUsage => usage in keyUsageBits;
export const isExtendedKeyUsage = (usage: string): usage is ExtendedKeyUsage => usage in extendedKeyUsageOids;

/** A signed leaf certificate (X.509 v3) in PEM. The key, RSA or EC, is the issuer's. */
export function issueCertificate(facts: CertificateFacts, key: KeyObject): string {
  const algorithm = signatureAlgorithm(key);
  const body = sequence(
    context(0, integer(Buffer.from([2]))),
    integer(facts.serial),
    algorithm,
    facts.issuer,
    sequence(time(facts.notBefore), time(facts.notAfter)),
    facts.subject,
    facts.subjectPublicKeyInfo,
    context(3, sequence(...extensions(facts))),
  );
  return pem("CERTIFICATE", sequence(body, algorithm, bitString(sign("sha256", body, key))));
}

/** The identifier of a public key: SHA-1 of its bits (RFC 5280, 4.2.1.2). */
export function keyIdOf(subjectPublicKeyInfo: Buffer): Buffer {
  const bits = readDer(readDer(subjectPublicKeyInfo).contents.subarray(algorithmLength(subjectPublicKeyInfo)));
  return createHash("sha1").update(bits.contents.subarray(1)).digest();
}

function algorithmLength(subjectPublicKeyInfo: Buffer): number {
  return readDer(readDer(subjectPublicKeyInfo).contents).raw.length;
}

function signatureAlgorithm(key: KeyObject): Buffer {
  if (key.asymmetricKeyType === "ec") return sequence(oid("1.2.840.10045.4.3.2"));
  return sequence(oid("1.2.840.113549.1.1.11"), der(0x05));
}

function extensions(facts: CertificateFacts): Buffer[] {
  const { keyUsages, extendedKeyUsages, altNames, authorityKeyId } = facts;
  const hasAltNames = altNames.dnsNames.length + altNames.ipAddresses.length > 0;
  return [
    extension("2.5.29.15", keyUsageBitString(keyUsages), true),
    extension("2.5.29.37", sequence(...extendedKeyUsages.map((usage) => oid(extendedKeyUsageOids[usage])))),
    extension("2.5.29.19", sequence(), true),
    ...(authorityKeyId ? [extension("2.5.29.35", sequence(der(0x80, authorityKeyId)))] : []),
    ...(hasAltNames ? [extension("2.5.29.17", encodeAltNames(altNames))] : []),
  ];
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value));
}

function keyUsageBitString(usages: readonly KeyUsage[]): Buffer {
  const bits = usages.map((usage) => keyUsageBits[usage]);
  const byte = bits.reduce<number>((sum, bit) => sum | (0x80 >> bit), 0);
  return der(tags.bitString, Buffer.from([7 - Math.max(0, ...bits), byte]));
}
