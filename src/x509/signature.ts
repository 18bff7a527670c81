import { type KeyObject, sign } from "node:crypto";
import { bitString, type Der, derNull, encodeDer, oid, sequence } from "./der.ts";

const algorithms = {
  rsa: { hash: "sha256", identifier: () => sequence(oid("1.2.840.113549.1.1.11"), derNull()) },
  prime256v1: { hash: "sha256", identifier: () => sequence(oid("1.2.840.10045.4.3.2")) },
  secp384r1: { hash: "sha384", identifier: () => sequence(oid("1.2.840.10045.4.3.3")) },
  secp521r1: { hash: "sha512", identifier: () => sequence(oid("1.2.840.10045.4.3.4")) },
} as const;

/** The AlgorithmIdentifier of signatures made with this key; the hash follows the key (RSA and P-256 SHA-256, P-384 SHA-384). */
export function signatureAlgorithm(key: KeyObject): Der {
  return algorithmOf(key).identifier();
}

/** `SEQUENCE { body, algorithm, signature }`, the shape of certificates and of requests, as DER. */
export function signed(body: Der, key: KeyObject): Buffer {
  const { hash, identifier } = algorithmOf(key);
  return encodeDer(sequence(body, identifier(), bitString(sign(hash, encodeDer(body), key))));
}

function algorithmOf(key: KeyObject) {
  if (key.asymmetricKeyType === "rsa") return algorithms.rsa;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve === "prime256v1" || curve === "secp384r1" || curve === "secp521r1") return algorithms[curve];
  throw new TypeError(`cannot sign with a key of type ${key.asymmetricKeyType} ${curve ?? ""}`.trimEnd());
}
