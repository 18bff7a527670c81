import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { childrenOf, readDer, readOid } from "./der.ts";

/** A CA that signs: its name and key id as they go into what it issues. */
export type Authority = {
  readonly subjectBytes: Buffer;
  readonly keyId: Buffer | undefined;
  readonly notAfter: Date;
  readonly key: KeyObject;
};

const subjectKeyIdentifier = "2.5.29.14";

/** The CA of a certificate and its key, both PEM. Throws where they are no pair. */
export function readAuthority(certPem: string, keyPem: string): Authority {
  const certificate = new X509Certificate(certPem);
  const key = createPrivateKey(keyPem);
  if (!certificate.checkPrivateKey(key)) throw new Error("the CA's key does not belong to its certificate");
  const [body] = childrenOf(readDer(certificate.raw));
  const fields = body ? childrenOf(body) : [];
  // version [0] is present in every v3 certificate: serial, algorithm, issuer, validity, subject follow
  const subject = fields[5];
  if (!subject) throw new Error("the CA's certificate has no subject");
  return { subjectBytes: subject.raw, keyId: keyIdOf(fields), notAfter: new Date(certificate.validTo), key };
}

function keyIdOf(fields: ReturnType<typeof childrenOf>): Buffer | undefined {
  const extensions = fields.find(({ tag }) => tag === 0xa3);
  const [list] = extensions ? childrenOf(extensions) : [];
  for (const extension of list ? childrenOf(list) : []) {
    const [id, ...rest] = childrenOf(extension);
    const value = rest.at(-1);
    if (id && value && readOid(id) === subjectKeyIdentifier) return readDer(value.contents).contents;
  }
  return undefined;
}
