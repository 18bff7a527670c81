import type { KeyObject } from "node:crypto";
import type { ExistingFiles } from "../../base/rendered-file.ts";
import { type AlternativeNames, missingNames } from "../../x509/alternative-names.ts";
import { type Certificate, parseCertificates } from "../../x509/certificate.ts";
import { leadsTo, validityAt } from "../../x509/chain.ts";
import { parsePrivateKey } from "../key-pair.ts";
import { pkiError } from "./pki-error.ts";

/** An authority as found: without its key it is external, and nothing new can be signed by it. */
export type FoundAuthority = { readonly certificate: Certificate; readonly privateKey: KeyObject | undefined };

/** The authority at `base`.crt and .key, undefined when there is none; throws for one that can't be used. */
export function existingAuthority(files: ExistingFiles, base: string, now: Date): FoundAuthority | undefined {
  const certificates = certificatesAt(files, `${base}.crt`, now);
  const certificate = certificates?.[0];
  if (!certificate) {
    if (files.has(`${base}.key`)) throw keyWithoutCertificate(base);
    return undefined;
  }
  if (!certificate.isCa) {
    const remedy = "put the authority's own certificate there, or remove it to have a new one made";
    throw pkiError("CERTIFICATE_NOT_A_CA", { path: `${base}.crt`, message: "is not a certificate authority", remedy });
  }
  return { certificate, privateKey: keyAt(files, base, certificate) };
}

/** A leaf as found, and which of the names that are wanted it lacks. */
export type FoundLeaf = { readonly certificate: Certificate; readonly missing: readonly string[] };

/** The leaf at `base`.crt when it stands there; throws when its chain, validity or key do not hold. */
export function existingLeaf(
  files: ExistingFiles,
  base: string,
  expected: { readonly authority: Certificate; readonly names: AlternativeNames; readonly now: Date },
): FoundLeaf | undefined {
  const path = `${base}.crt`;
  const certificates = certificatesAt(files, path, expected.now);
  const leaf = certificates?.[0];
  if (!certificates || !leaf) return undefined;
  if (!leadsTo(expected.authority, certificates)) {
    const remedy = `remove ${path} and ${base}.key to have them made anew`;
    const message = `was not signed by the authority ${expected.authority.subject.commonName} that stands beside it`;
    throw pkiError("CERTIFICATE_FOREIGN", { path, message, remedy });
  }
  keyAt(files, base, leaf);
  return { certificate: leaf, missing: missingNames(expected.names, leaf.alternativeNames) };
}

function certificatesAt(files: ExistingFiles, path: string, now: Date): readonly Certificate[] | undefined {
  const pem = files.get(path);
  if (pem === undefined) return undefined;
  const certificates = parseCertificates(pem);
  const [first] = certificates ?? [];
  if (!first) {
    const remedy = "restore it, or remove it to have a new one made";
    throw pkiError("CERTIFICATE_UNREADABLE", { path, message: "holds no readable PEM certificate", remedy });
  }
  const validity = validityAt(first, now);
  if (validity !== "valid") {
    const [word, date] =
      validity === "expired" ? ["expired on", first.notAfter] : ["is not valid before", first.notBefore];
    const remedy = validity === "expired" ? "renew it (`slipway certs renew`)" : "set the clock of this machine";
    throw pkiError("CERTIFICATE_EXPIRED", { path, message: `${word} ${date.toISOString()}`, remedy });
  }
  return certificates;
}

/** The key beside a certificate; undefined when it is not there. */
function keyAt(files: ExistingFiles, base: string, certificate: Certificate): KeyObject | undefined {
  const path = `${base}.key`;
  const pem = files.get(path);
  if (pem === undefined) return undefined;
  const pair = parsePrivateKey(pem);
  const remedy = `put the key of ${base}.crt there, or remove both`;
  if (!pair) throw pkiError("KEY_UNREADABLE", { path, message: "holds no RSA or ECDSA private key", remedy });
  if (!certificate.publicKey.equals(pair.publicKey)) {
    throw pkiError("KEY_MISMATCH", { path, message: `is not the key of ${base}.crt`, remedy });
  }
  return pair.privateKey;
}

function keyWithoutCertificate(base: string) {
  const remedy = `restore ${base}.crt, or remove the key to have both made anew`;
  return pkiError("KEY_WITHOUT_CERTIFICATE", { path: `${base}.key`, message: "has no certificate beside it", remedy });
}
