import type { CertificateSigningRequest } from "../../../kube/kinds/certificate-signing-request.ts";
import type { CertificateRequest } from "../../../x509/certificate-request.ts";

export const signers = {
  client: "kubernetes.io/kube-apiserver-client",
  kubeletClient: "kubernetes.io/kube-apiserver-client-kubelet",
  kubeletServing: "kubernetes.io/kubelet-serving",
  legacyUnknown: "kubernetes.io/legacy-unknown",
} as const;

/** Why a request is not one for a kubelet's client certificate; undefined if it is (certificates/v1 helpers). */
export function kubeletClientFault(
  { subject, alternativeNames }: CertificateRequest,
  usages: readonly string[],
): string | undefined {
  const { dnsNames, ipAddresses, emails, uris } = alternativeNames;
  if (!isNodesGroup(subject.organizations)) return "subject organization is not system:nodes";
  if (dnsNames.length + ipAddresses.length + emails.length + uris.length > 0) return "subjectAltName is not allowed";
  if (!subject.commonName.startsWith("system:node:")) return "subject common name does not begin with system:node:";
  return usagesFault(usages, "client auth");
}

/** Why a request is not one for a kubelet's serving certificate. */
export function kubeletServingFault(
  { subject, alternativeNames }: CertificateRequest,
  usages: readonly string[],
): string | undefined {
  const { dnsNames, ipAddresses, emails, uris } = alternativeNames;
  if (!isNodesGroup(subject.organizations)) return "subject organization is not system:nodes";
  if (dnsNames.length + ipAddresses.length === 0) return "DNS or IP subjectAltName is required";
  if (emails.length > 0) return "email subjectAltNames are not allowed";
  if (uris.length > 0) return "URI subjectAltNames are not allowed";
  if (!subject.commonName.startsWith("system:node:")) return "subject common name does not begin with system:node:";
  return usagesFault(usages, "server auth");
}

/** Why a signer must not sign a request, by its own rules. */
export function signerFault({ spec }: CertificateSigningRequest, request: CertificateRequest): string | undefined {
  const usages = spec.usages ?? [];
  switch (spec.signerName) {
    case signers.kubeletClient:
      return kubeletClientFault(request, usages);
    case signers.kubeletServing:
      return kubeletServingFault(request, usages);
    case signers.client:
      return clientFault(usages);
    default:
      return undefined;
  }
}

function clientFault(usages: readonly string[]): string | undefined {
  const allowed = ["digital signature", "key encipherment", "client auth"];
  const foreign = usages.find((usage) => !allowed.includes(usage));
  if (foreign !== undefined) return `usage "${foreign}" is not allowed`;
  return usages.includes("client auth") ? undefined : "usage client auth is required";
}

function usagesFault(usages: readonly string[], purpose: string): string | undefined {
  const rest = usages.filter((usage) => usage !== "key encipherment").toSorted();
  const wanted = ["digital signature", purpose].toSorted();
  return rest.length === 2 && rest.every((usage, at) => usage === wanted[at])
    ? undefined
    : `usages did not match digital signature, ${purpose}`;
}

function isNodesGroup(organizations: readonly string[]): boolean {
  return organizations.length === 1 && organizations[0] === "system:nodes";
}
