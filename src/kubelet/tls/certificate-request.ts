import type { KeyObject } from "node:crypto";
import { createPublicKey, sign } from "node:crypto";
import { encodeAltNames } from "../../kube/x509/alt-names.ts";
import { bitString, context, der, integer, octetString, oid, sequence, tags } from "../../kube/x509/der.ts";
import { encodeName } from "../../kube/x509/name.ts";
import { pem } from "../../kube/x509/pem.ts";

const ecdsaWithSha256 = "1.2.840.10045.4.3.2";
const extensionRequest = "1.2.840.113549.1.9.14";
const subjectAltName = "2.5.29.17";

export type RequestedNames = {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
};

/** A certificate request (PKCS #10, PEM) for a P-256 key, signed by it. */
export function certificateRequest(names: RequestedNames, key: KeyObject): string {
  const publicKey = createPublicKey(key).export({ type: "spki", format: "der" });
  const info = sequence(integer(Buffer.from([0])), encodeName(names), publicKey, context(0, ...attributes(names)));
  return pem(
    "CERTIFICATE REQUEST",
    sequence(info, sequence(oid(ecdsaWithSha256)), bitString(sign("sha256", info, key))),
  );
}

function attributes(names: RequestedNames): Buffer[] {
  if (names.dnsNames.length === 0 && names.ipAddresses.length === 0) return [];
  const extension = sequence(oid(subjectAltName), octetString(encodeAltNames(names)));
  return [sequence(oid(extensionRequest), der(tags.set, sequence(extension)))];
}
