import { parseCertificateRequest } from "../../../x509/certificate-request.ts";
import { mapAt } from "../defaulting/missing.ts";
import { forbidden } from "../http/api-error.ts";
import type { AdmissionPlugin, Attributes } from "./chain.ts";
import type { AdmissionParts } from "./parts.ts";

const group = "certificates.k8s.io";
const clientSigner = "kubernetes.io/kube-apiserver-client";

/** Whoever approves a request must be allowed to approve for its signer (plugin/pkg/admission/certificates/approval). */
export function certificateApproval(parts: AdmissionParts): AdmissionPlugin {
  return {
    name: "CertificateApproval",
    async validate(attributes) {
      if (isRequest(attributes, "approval") && attributes.operation === "UPDATE")
        await requireSigner(parts, attributes, "approve");
    },
  };
}

/** Whoever puts a certificate into a request must be allowed to sign for its signer. */
export function certificateSigning(parts: AdmissionParts): AdmissionPlugin {
  return {
    name: "CertificateSigning",
    async validate(attributes) {
      if (!isRequest(attributes, "status") || attributes.operation !== "UPDATE") return;
      const certificate = (object: Attributes["object"]) => object && mapAt(object, "status")?.certificate;
      if (certificate(attributes.old) !== certificate(attributes.object))
        await requireSigner(parts, attributes, "sign");
    },
  };
}

/** No client certificate makes its owner a member of system:masters, whom no authorizer can hold back. */
export function certificateSubjectRestriction(): AdmissionPlugin {
  return {
    name: "CertificateSubjectRestriction",
    validate(attributes) {
      if (!isRequest(attributes, "") || attributes.operation !== "CREATE" || !attributes.object) return;
      const spec = mapAt(attributes.object, "spec");
      if (spec?.signerName !== clientSigner) return;
      const request = parseCertificateRequest(Buffer.from(String(spec.request ?? ""), "base64").toString());
      if (!request?.subject.organizations.includes("system:masters")) return;
      throw refused(attributes, `use of ${clientSigner} signer with system:masters group is not allowed`);
    },
  };
}

function isRequest({ type, subresource }: Attributes, wanted: string): boolean {
  return type.group === group && type.resource === "certificatesigningrequests" && subresource === wanted;
}

/** Allowed for the signer itself, or for all of its domain: `kubernetes.io/*`. */
async function requireSigner(
  { authorizer }: AdmissionParts,
  attributes: Attributes,
  verb: "approve" | "sign",
): Promise<void> {
  const signer = String(mapAt(attributes.old ?? {}, "spec")?.signerName ?? "");
  for (const name of [signer, `${signer.slice(0, signer.indexOf("/"))}/*`]) {
    const asked = {
      kind: "resource",
      path: "",
      verb,
      group,
      version: "*",
      namespace: "",
      resource: "signers",
      subresource: "",
      name,
      rest: [],
    } as const;
    if ((await authorizer.authorize(attributes.user, asked)).allowed) return;
  }
  throw refused(attributes, `user not permitted to ${verb} requests with signerName "${signer}"`);
}

function refused({ type, name }: Attributes, why: string) {
  return forbidden({ group: type.group, resource: type.resource, name }, why);
}
