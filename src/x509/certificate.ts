import { type KeyObject, X509Certificate } from "node:crypto";
import { decodeAlternativeNames, type GeneralNames, noGeneralNames } from "./alternative-names.ts";
import { children, contentBytes, type Der, decodeDer, dotted, isBoolean, isTagged } from "./der.ts";
import { extensionOids, type Usage, usageOids } from "./extensions.ts";
import { decodeSubject, type Subject } from "./subject.ts";

/** What a certificate says, as far as Kubernetes cares. */
export type Certificate = {
  readonly pem: string;
  readonly x509: X509Certificate;
  readonly subject: Subject;
  readonly issuer: Subject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly isCa: boolean;
  readonly usages: readonly Usage[];
  readonly alternativeNames: GeneralNames;
  readonly subjectKeyId: Uint8Array | undefined;
  readonly publicKey: KeyObject;
  /** The subject's Name, to stand as the issuer of what it signs. */
  readonly encodedSubject: Der;
};

const block = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Every certificate of a PEM bundle, the leaf first; undefined when there is none or one can't be read. */
export function parseCertificates(pem: string): readonly Certificate[] | undefined {
  try {
    const certificates = (pem.match(block) ?? []).map((one) => readCertificate(`${one}\n`));
    return certificates.length > 0 ? certificates : undefined;
  } catch {
    return undefined;
  }
}

/** The first certificate of a PEM text. */
export function parseCertificate(pem: string): Certificate | undefined {
  return parseCertificates(pem)?.[0];
}

function readCertificate(pem: string): Certificate {
  const x509 = new X509Certificate(pem);
  const [body] = children(decodeDer(x509.raw));
  const fields = children(body);
  // version [0] comes first in every version 3 certificate: version, serial, algorithm, issuer, validity, subject, key
  const extensions = extensionsOf(fields.find((field) => isTagged(field, 3)));
  const usages = extensions.get(extensionOids.extendedKeyUsage);
  const names = extensions.get(extensionOids.subjectAlternativeName);
  const keyId = extensions.get(extensionOids.subjectKeyId);
  const [, , , issuer, , encodedSubject] = fields;
  if (!issuer || !encodedSubject) throw new TypeError("not a version 3 certificate");
  return {
    pem,
    x509,
    subject: decodeSubject(encodedSubject),
    issuer: decodeSubject(issuer),
    notBefore: new Date(x509.validFrom),
    notAfter: new Date(x509.validTo),
    isCa: x509.ca,
    usages: children(usages).map(dotted).flatMap(usageOf),
    alternativeNames: names ? decodeAlternativeNames(names) : noGeneralNames,
    subjectKeyId: keyId && contentBytes(keyId),
    publicKey: x509.publicKey,
    encodedSubject,
  };
}

function extensionsOf(wrapper: Der | undefined): ReadonlyMap<string, Der> {
  const [list] = children(wrapper);
  return new Map(
    children(list).map((extension) => {
      const [id, second, third] = children(extension);
      return [dotted(id), decodeDer(contentBytes(isBoolean(second) ? third : second))];
    }),
  );
}

function usageOf(id: string): readonly Usage[] {
  return Object.entries(usageOids).flatMap(([name, usage]) => (usage === id ? [name as Usage] : []));
}
