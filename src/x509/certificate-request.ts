import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { decodeAlternativeNames, type GeneralNames, noGeneralNames } from "./alternative-names.ts";
import { children, contentBytes, type Der, decodeDer, dotted, encodeDer } from "./der.ts";
import { extensionOids, extensionRequest } from "./extensions.ts";
import { pemContents } from "./pem.ts";
import { decodeSubject, type Subject } from "./subject.ts";

/** A certificate request (PKCS #10): who asks, for which key and names. */
export type CertificateRequest = {
  readonly subject: Subject;
  /** The subject's Name, with whatever else it says, to stand in the certificate. */
  readonly encodedSubject: Der;
  readonly publicKey: KeyObject;
  readonly alternativeNames: GeneralNames;
};

const digests: Readonly<Record<string, string | undefined>> = {
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
  // Ed25519 has its digest in itself.
  "1.3.101.112": undefined,
};

/** Reads a request in PEM; undefined where it is malformed or not signed by its own key. */
export function parseCertificateRequest(text: string): CertificateRequest | undefined {
  try {
    const bytes = pemContents("CERTIFICATE REQUEST", text) ?? pemContents("NEW CERTIFICATE REQUEST", text);
    return bytes && readRequest(bytes);
  } catch {
    return undefined;
  }
}

function readRequest(bytes: Buffer): CertificateRequest | undefined {
  const [info, algorithm, signature] = children(decodeDer(bytes));
  const [, encodedSubject, subjectPublicKeyInfo, attributes] = children(info);
  const id = dotted(children(algorithm)[0]);
  if (!info || !encodedSubject || !subjectPublicKeyInfo || !Object.hasOwn(digests, id)) return undefined;
  const publicKey = createPublicKey({ key: encodeDer(subjectPublicKeyInfo), format: "der", type: "spki" });
  if (!verify(digests[id], encodeDer(info), publicKey, contentBytes(signature).subarray(1))) return undefined;
  return {
    subject: decodeSubject(encodedSubject),
    encodedSubject,
    publicKey,
    alternativeNames: namesAskedFor(attributes),
  };
}

function namesAskedFor(attributes: Der | undefined): GeneralNames {
  const extensions = children(attributes)
    .filter((attribute) => dotted(children(attribute)[0]) === extensionRequest)
    .flatMap((attribute) => children(children(attribute)[1]))
    .flatMap(children);
  const names = extensions.find((one) => dotted(children(one)[0]) === extensionOids.subjectAlternativeName);
  return names ? decodeAlternativeNames(decodeDer(contentBytes(children(names).at(-1)))) : noGeneralNames;
}
