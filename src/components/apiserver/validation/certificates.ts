import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../kube/object.ts";
import { parseCertificateRequest } from "../../../x509/certificate-request.ts";
import { type Fields, listAt, mapAt } from "../defaulting/missing.ts";
import { duplicate, type FieldError, forbiddenField, invalid, notSupported, required } from "./field-error.ts";

/** The key usages of certificates.k8s.io/v1, sorted as complaints list them. */
const usages = [
  "any",
  "cert sign",
  "client auth",
  "code signing",
  "content commitment",
  "crl sign",
  "data encipherment",
  "decipher only",
  "digital signature",
  "email protection",
  "encipher only",
  "ipsec end system",
  "ipsec tunnel",
  "ipsec user",
  "key agreement",
  "key encipherment",
  "microsoft sgc",
  "netscape sgc",
  "ocsp signing",
  "s/mime",
  "server auth",
  "signing",
  "timestamping",
];
const signer = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+\/[^/\s]+(\/[^/\s]+)*$/;
const minimumSeconds = 600;
const approvals = ["Approved", "Denied"];

/** A CertificateSigningRequest (pkg/apis/certificates/validation). */
export function validateCsr(csr: KubeObject): FieldError[] {
  const spec = mapAt(csr as Fields, "spec") ?? {};
  const wanted = Array.isArray(spec.usages) ? (spec.usages as unknown[]) : [];
  const request = parseCertificateRequest(Buffer.from(String(spec.request ?? ""), "base64").toString());
  const seconds = spec.expirationSeconds;
  return [
    ...(request ? [] : [invalid("spec.request", spec.request ?? "", "PEM block type must be CERTIFICATE REQUEST")]),
    ...(wanted.length > 0 ? [] : [required("spec.usages")]),
    ...wanted.flatMap((one, index) => [
      ...(usages.includes(String(one)) ? [] : [notSupported(`spec.usages[${index}]`, one, usages)]),
      ...(wanted.indexOf(one) < index ? [duplicate(`spec.usages[${index}]`, one)] : []),
    ]),
    ...signerErrors(String(spec.signerName ?? "")),
    ...(typeof seconds === "number" && seconds < minimumSeconds
      ? [invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 600 seconds (10 minutes)")]
      : []),
    ...conditionErrors(conditionsOf(csr)),
  ];
}

function signerErrors(name: string): FieldError[] {
  if (name === "") return [required("spec.signerName")];
  if (name === "kubernetes.io/legacy-unknown") {
    return [invalid("spec.signerName", name, "the legacy signerName is not allowed via this API version")];
  }
  return signer.test(name)
    ? []
    : [
        invalid(
          "spec.signerName",
          name,
          "must be a fully qualified domain and path of the form 'example.com/signer-name'",
        ),
      ];
}

/** Approval is a matter of the subresource for it: the signer, who writes the status, can't give it to himself. */
export function validateCsrStatusUpdate(csr: KubeObject, old: KubeObject): FieldError[] {
  const path = "status.conditions";
  const changed = approvals.flatMap((type) => {
    const [now, before] = [ofType(csr, type), ofType(old, type)];
    if (now.length > before.length) return [forbiddenField(path, `updates may not add a condition of type "${type}"`)];
    if (now.length < before.length || isDeepStrictEqual(now, before)) return [];
    return [forbiddenField(path, `updates may not modify a condition of type "${type}"`)];
  });
  return [
    ...changed,
    ...removalErrors(csr, old),
    ...conditionErrors(conditionsOf(csr)),
    ...certificateErrors(csr, old),
  ];
}

export function validateCsrApprovalUpdate(csr: KubeObject, old: KubeObject): FieldError[] {
  return [...removalErrors(csr, old), ...conditionErrors(conditionsOf(csr))];
}

function certificateErrors(csr: KubeObject, old: KubeObject): FieldError[] {
  const certificate = (object: KubeObject) => mapAt(object as Fields, "status")?.certificate;
  if (!certificate(old) || certificate(old) === certificate(csr)) return [];
  return [forbiddenField("status.certificate", "updates may not modify existing certificate content")];
}

function removalErrors(csr: KubeObject, old: KubeObject): FieldError[] {
  return [...approvals, "Failed"]
    .filter((type) => ofType(csr, type).length < ofType(old, type).length)
    .map((type) => forbiddenField("status.conditions", `updates may not remove a condition of type "${type}"`));
}

function conditionErrors(conditions: readonly Fields[]): FieldError[] {
  const types = conditions.map(({ type }) => String(type ?? ""));
  const last = conditions.findLast(({ type }) => approvals.includes(String(type)));
  const isBoth = approvals.every((type) => types.includes(type));
  return [
    ...conditions.flatMap(({ type, status }, index) => {
      const path = `status.conditions[${index}]`;
      const allowed = [...approvals, "Failed"].includes(String(type)) ? ["True"] : ["False", "True", "Unknown"];
      return [
        ...(type ? [] : [required(`${path}.type`)]),
        ...(!status ? [required(`${path}.status`)] : []),
        ...(status && !allowed.includes(String(status)) ? [notSupported(`${path}.status`, status, allowed)] : []),
        ...(types.indexOf(String(type ?? "")) < index ? [duplicate(`${path}.type`, type)] : []),
      ];
    }),
    ...(isBoth
      ? [invalid("status.conditions", last?.type, "Approved and Denied conditions are mutually exclusive")]
      : []),
  ];
}

function conditionsOf(csr: KubeObject): Fields[] {
  return listAt(mapAt(csr as Fields, "status"), "conditions");
}

function ofType(csr: KubeObject, type: string): Fields[] {
  return conditionsOf(csr).filter((one) => one.type === type);
}
