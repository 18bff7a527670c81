import { generateKeyPairSync, randomBytes } from "node:crypto";
import { issueCertificate } from "./certificate.ts";
import { encodeName } from "./name.ts";

export type ServingIdentity = {
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
};

const dayMs = 24 * 3600 * 1000;

/** A new P-256 key and a certificate that it signed itself, both PEM: what a server shows when it was given none. */
export function selfSignedCertificate(identity: ServingIdentity, notBefore: Date): { cert: string; key: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = encodeName({ commonName: identity.commonName, organizations: [] });
  const cert = issueCertificate(
    {
      serial: randomBytes(16),
      issuer: name,
      subject: name,
      subjectPublicKeyInfo: publicKey.export({ type: "spki", format: "der" }),
      notBefore,
      notAfter: new Date(notBefore.getTime() + 365 * dayMs),
      keyUsages: ["digital signature", "key encipherment"],
      extendedKeyUsages: ["server auth"],
      altNames: identity,
    },
    privateKey,
  );
  return { cert, key: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}
