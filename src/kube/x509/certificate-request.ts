import { createPublicKey, verify } from "node:crypto";
import { type AltNames, noAltNames, readAltNames } from "./alt-names.ts";
import { childrenOf, type DerValue, readDer, readOid } from "./der.ts";
import { type Name, readName } from "./name.ts";
import { unpem } from "./pem.ts";

/** A certificate request (PKCS #10): who asks, for which key and names. */
export type CertificateRequest = {
  readonly subject: Name;
  /** DER, as it must stand in the certificate. */
  readonly subjectBytes: Buffer;
  readonly subjectPublicKeyInfo: Buffer;
  readonly altNames: AltNames;
};

const extensionRequest = "1.2.840.113549.1.9.14";
const subjectAltName = "2.5.29.17";
const digests: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
};

/** Reads a request in PEM; undefined where it is malformed or not signed by its own key. */
export function parseCertificateRequest(text: string): CertificateRequest | undefined {
  try {
    const bytes = unpem("CERTIFICATE REQUEST", text) ?? unpem("NEW CERTIFICATE REQUEST", text);
    return bytes && readRequest(bytes);
  } catch {
    return undefined;
  }
}

function readRequest(bytes: Buffer): CertificateRequest | undefined {
  const [info, algorithm, signature] = childrenOf(readDer(bytes));
  if (!info || !algorithm || !signature) return undefined;
  const [, subject, publicKey, attributes] = childrenOf(info);
  const digest = digests[idOf(algorithm)];
  if (!subject || !publicKey || !digest) return undefined;
  const key = createPublicKey({ key: publicKey.raw, format: "der", type: "spki" });
  if (!verify(digest, info.raw, key, signature.contents.subarray(1))) return undefined;
  return {
    subject: readName(subject),
    subjectBytes: subject.raw,
    subjectPublicKeyInfo: publicKey.raw,
    altNames: attributes ? altNamesOf(attributes) : noAltNames,
  };
}

function altNamesOf(attributes: DerValue): AltNames {
  for (const attribute of childrenOf(attributes)) {
    if (idOf(attribute) !== extensionRequest) continue;
    const extensions = childrenOf(attribute).slice(1).flatMap(childrenOf).flatMap(childrenOf);
    const found = extensions.find((extension) => idOf(extension) === subjectAltName);
    const value = found && childrenOf(found).at(-1);
    if (value) return readAltNames(readDer(value.contents));
  }
  return noAltNames;
}

function idOf(value: DerValue): string {
  const [first] = childrenOf(value);
  return first ? readOid(first) : "";
}
