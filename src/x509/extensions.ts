import { hash } from "node:crypto";
import { type AlternativeNames, encodeAlternativeNames } from "./alternative-names.ts";
import { bitString, boolean, type Der, encodeDer, octetString, oid, sequence, tagged } from "./der.ts";

/** Object identifiers of RFC 5280, 4.2. */
export const extensionOids = {
  keyUsage: "2.5.29.15",
  extendedKeyUsage: "2.5.29.37",
  basicConstraints: "2.5.29.19",
  subjectKeyId: "2.5.29.14",
  authorityKeyId: "2.5.29.35",
  subjectAlternativeName: "2.5.29.17",
} as const;

/** The attribute of a request that carries the extensions it asks for (RFC 2985, 5.4.2). */
export const extensionRequest = "1.2.840.113549.1.9.14";

/** Bits of the keyUsage extension (RFC 5280, 4.2.1.3). */
const keyUsageBits = {
  digitalSignature: 0,
  contentCommitment: 1,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  keyCertSign: 5,
  crlSign: 6,
} as const;
export type KeyUsage = keyof typeof keyUsageBits;

export const usageOids = { serverAuth: "1.3.6.1.5.5.7.3.1", clientAuth: "1.3.6.1.5.5.7.3.2" } as const;
export type Usage = keyof typeof usageOids;

export type ExtensionInput = {
  readonly keyUsages: readonly KeyUsage[];
  readonly usages: readonly Usage[];
  readonly isCa: boolean;
  readonly alternativeNames: AlternativeNames;
  readonly subjectKeyId?: Uint8Array | undefined;
  readonly authorityKeyId?: Uint8Array | undefined;
};

/** The extensions in the order in which Go writes them; empty ones are left out. */
export function encodeExtensions(input: ExtensionInput): Der {
  const { keyUsages, usages, isCa, alternativeNames, subjectKeyId, authorityKeyId } = input;
  const hasNames = alternativeNames.dnsNames.length + alternativeNames.ipAddresses.length > 0;
  return sequence(
    ...(keyUsages.length > 0 ? [extension(extensionOids.keyUsage, encodeKeyUsages(keyUsages), true)] : []),
    ...(usages.length > 0
      ? [extension(extensionOids.extendedKeyUsage, sequence(...usages.map((usage) => oid(usageOids[usage]))))]
      : []),
    extension(extensionOids.basicConstraints, sequence(...(isCa ? [boolean(true)] : [])), true),
    ...(subjectKeyId ? [extension(extensionOids.subjectKeyId, octetString(subjectKeyId))] : []),
    ...(authorityKeyId ? [extension(extensionOids.authorityKeyId, sequence(tagged(0, authorityKeyId)))] : []),
    ...(hasNames ? [extension(extensionOids.subjectAlternativeName, encodeAlternativeNames(alternativeNames))] : []),
  );
}

/** A key's identifier: the first 160 bits of the SHA-256 of its bits (RFC 7093, method 1; Go 1.25 and later). */
export function keyIdentifier(publicKeyBits: Uint8Array): Buffer {
  return hash("sha256", publicKeyBits, "buffer").subarray(0, 20);
}

/** Without trailing zero bits, as DER wants a named bit list. */
function encodeKeyUsages(usages: readonly KeyUsage[]): Der {
  const bits = usages.map((usage) => keyUsageBits[usage]);
  const byte = bits.reduce<number>((sum, bit) => sum | (0x80 >> bit), 0);
  return bitString(Uint8Array.of(byte), 7 - Math.max(...bits));
}

function extension(id: string, value: Der, critical = false): Der {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(encodeDer(value)));
}
