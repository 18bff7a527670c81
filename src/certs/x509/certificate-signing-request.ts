import type { KeyObject } from "node:crypto";
import type { KeyPair } from "../key-pair.ts";
import { type AlternativeNames, encodeAlternativeNames } from "./alternative-names.ts";
import { decodeDer, encodeDer, integer, octetString, oid, sequence, set, tagged } from "./der.ts";
import { extensionOids } from "./extensions.ts";
import { pemBlock } from "./pem.ts";
import { signed } from "./signature.ts";
import { encodeSubject, type Subject } from "./subject.ts";

const extensionRequest = "1.2.840.113549.1.9.14";

/** A PKCS #10 request in PEM for a subject with these names, signed with its own key. */
export function certificateSigningRequest(
  subject: Subject,
  { privateKey, publicKey }: KeyPair,
  names: AlternativeNames,
): string {
  const body = sequence(
    integer(Uint8Array.of(0)),
    encodeSubject(subject),
    subjectPublicKeyInfo(publicKey),
    tagged(0, requestedExtensions(names)),
  );
  return pemBlock("CERTIFICATE REQUEST", signed(body, privateKey));
}

function requestedExtensions(names: AlternativeNames) {
  if (names.dnsNames.length + names.ipAddresses.length === 0) return [];
  const value = octetString(encodeDer(encodeAlternativeNames(names)));
  const extension = sequence(oid(extensionOids.subjectAlternativeName), value);
  return [sequence(oid(extensionRequest), set(sequence(extension)))];
}

function subjectPublicKeyInfo(key: KeyObject) {
  return decodeDer(key.export({ type: "spki", format: "der" }));
}
