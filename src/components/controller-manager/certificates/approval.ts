import type { CertificateSigningRequest } from "../../../kube/kinds/certificate-signing-request.ts";
import type { CertificateRequest } from "../../../x509/certificate-request.ts";
import { kubeletClientFault, signers } from "./kubelet-client.ts";

/** What a requester must be allowed to create for its request to be approved without a human. */
export type Recognized = {
  readonly subresource: "selfnodeclient" | "nodeclient";
  readonly message: string;
};

/** The permissions of which one is enough to approve the request; none for what people must decide (csrapproving). */
export function recognize({ spec }: CertificateSigningRequest, request: CertificateRequest): Recognized[] {
  if (spec.signerName !== signers.kubeletClient || kubeletClientFault(request, spec.usages ?? []) !== undefined)
    return [];
  const renewal: Recognized = {
    subresource: "selfnodeclient",
    message: "Auto approving self kubelet client certificate after SubjectAccessReview.",
  };
  const first: Recognized = {
    subresource: "nodeclient",
    message: "Auto approving kubelet client certificate after SubjectAccessReview.",
  };
  return spec.username === request.subject.commonName ? [renewal, first] : [first];
}

export function isDecided({ status }: CertificateSigningRequest): boolean {
  return (status?.conditions ?? []).some(({ type }) => type === "Approved" || type === "Denied");
}

export function isApproved({ status }: CertificateSigningRequest): boolean {
  const types = (status?.conditions ?? []).map(({ type }) => type);
  return types.includes("Approved") && !types.includes("Denied");
}
