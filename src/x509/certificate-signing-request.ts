import { createPublicKey, type KeyObject } from "node:crypto";
import { type AlternativeNames, encodeAlternativeNames } from "./alternative-names.ts";
import { decodeDer, encodeDer, integer, octetString, oid, sequence, set, tagged } from "./der.ts";
import { extensionOids, extensionRequest } from "./extensions.ts";
import { pemBlock } from "./pem.ts";
import { signed } from "./signature.ts";
import { encodeSubject, type Subject } from "./subject.ts";

/** A PKCS #10 request (RFC 2986) in PEM for a subject with these names, signed with its own key. */
export function certificateSigningRequest(subject: Subject, privateKey: KeyObject, names: AlternativeNames): string {
  const body = sequence(
    integer(Uint8Array.of(0)),
    encodeSubject(subject),
    decodeDer(createPublicKey(privateKey).export({ type: "spki", format: "der" })),
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
