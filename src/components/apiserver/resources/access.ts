import { dig } from "./field-path.ts";
import { groupVersion, type ResourceType, status } from "./resource-type.ts";

const rbac = groupVersion("rbac.authorization.k8s.io", "v1");
const authentication = groupVersion("authentication.k8s.io", "v1");
const authorization = groupVersion("authorization.k8s.io", "v1");
const certificates = groupVersion("certificates.k8s.io", "v1");
const admission = groupVersion("admissionregistration.k8s.io", "v1");
const extensions = groupVersion("apiextensions.k8s.io", "v1");
const registration = groupVersion("apiregistration.k8s.io", "v1");

/** Reviews are answered, never stored. */
const review = { verbs: ["create"], storagePath: undefined };
const apiExtensions = ["api-extensions"];

export const access: readonly ResourceType[] = [
  rbac.cluster("ClusterRoleBinding", "clusterrolebindings"),
  rbac.cluster("ClusterRole", "clusterroles"),
  rbac.namespaced("RoleBinding", "rolebindings"),
  rbac.namespaced("Role", "roles"),
  authentication.cluster("SelfSubjectReview", "selfsubjectreviews", review),
  authentication.cluster("TokenReview", "tokenreviews", review),
  authorization.namespaced("LocalSubjectAccessReview", "localsubjectaccessreviews", review),
  authorization.cluster("SelfSubjectAccessReview", "selfsubjectaccessreviews", review),
  authorization.cluster("SelfSubjectRulesReview", "selfsubjectrulesreviews", review),
  authorization.cluster("SubjectAccessReview", "subjectaccessreviews", review),
  certificates.cluster("CertificateSigningRequest", "certificatesigningrequests", {
    shortNames: ["csr"],
    subresources: [
      { name: "approval", kind: "CertificateSigningRequest", verbs: ["get", "patch", "update"] },
      status("CertificateSigningRequest"),
    ],
    fieldsOf: (object) => ({ "spec.signerName": dig(object, "spec", "signerName") }),
  }),
  admission.cluster("MutatingAdmissionPolicy", "mutatingadmissionpolicies", { categories: apiExtensions }),
  admission.cluster("MutatingAdmissionPolicyBinding", "mutatingadmissionpolicybindings", { categories: apiExtensions }),
  admission.cluster("MutatingWebhookConfiguration", "mutatingwebhookconfigurations", { categories: apiExtensions }),
  admission.cluster("ValidatingAdmissionPolicy", "validatingadmissionpolicies", {
    categories: apiExtensions,
    subresources: [status("ValidatingAdmissionPolicy")],
  }),
  admission.cluster("ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", {
    categories: apiExtensions,
  }),
  admission.cluster("ValidatingWebhookConfiguration", "validatingwebhookconfigurations", { categories: apiExtensions }),
  extensions.cluster("CustomResourceDefinition", "customresourcedefinitions", {
    shortNames: ["crd", "crds"],
    categories: apiExtensions,
    storagePath: "apiextensions.k8s.io/customresourcedefinitions",
    subresources: [status("CustomResourceDefinition")],
  }),
  registration.cluster("APIService", "apiservices", {
    categories: apiExtensions,
    storagePath: "apiregistration.k8s.io/apiservices",
    subresources: [status("APIService")],
    fieldsOf: (object) => ({ "spec.service.name": dig(object, "spec", "service", "name") }),
  }),
];
