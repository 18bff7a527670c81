import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { AlternativeNames } from "./alternative-names.ts";
import { issueCertificate } from "./issue-certificate.ts";
import { encodeSubject } from "./subject.ts";

export type ServingIdentity = AlternativeNames & { readonly commonName: string };

const dayMs = 24 * 3600 * 1000;

/** A new P-256 key and a certificate that it signed itself, both PEM: what a server shows when it was given none. */
export function selfSignedCertificate(identity: ServingIdentity, notBefore: Date): { cert: string; key: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const subject = { commonName: identity.commonName, organizations: [] };
  const contents = {
    subject,
    publicKey,
    usages: ["serverAuth"],
    alternativeNames: identity,
    notBefore,
    notAfter: new Date(notBefore.getTime() + 365 * dayMs),
    random: randomBytes,
  } as const;
  const cert = issueCertificate(contents, {
    certificate: { encodedSubject: encodeSubject(subject), subjectKeyId: undefined },
    privateKey,
  });
  return { cert, key: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}
