import type { TokenAuthenticator } from "../authn/authenticator.ts";
import type { Rbac } from "../authz/rbac/rbac.ts";
import { componentStatuses } from "../componentstatus/component-statuses.ts";
import type { SpecialHandlers } from "../registry/dispatch.ts";
import { selfSubjectAccessReview, subjectAccessReview } from "../reviews/access-review.ts";
import { selfSubjectRulesReview } from "../reviews/rules-review.ts";
import { selfSubjectReview, tokenReview } from "../reviews/token-review.ts";
import { type KubeletAccess, kubeletHandlers } from "../streaming/kubelet.ts";
import { proxyHandlers } from "../streaming/proxies.ts";
import { bindPod } from "../subresources/bind-pod.ts";
import { csrApproval } from "../subresources/csr-approval.ts";
import { evictPod } from "../subresources/evict-pod.ts";
import { finalizeNamespace } from "../subresources/finalize-namespace.ts";
import { issueToken, type TokenIssuer } from "../subresources/issue-token.ts";
import { scale } from "../subresources/scale.ts";

type Parts = {
  readonly rbac: Rbac;
  readonly tokens: readonly TokenAuthenticator[];
  readonly issuer: TokenIssuer | undefined;
  readonly kubelets: KubeletAccess;
};

/** Who serves what generic code can't. */
export function specialHandlers({ rbac, tokens, issuer, kubelets }: Parts): SpecialHandlers {
  return {
    componentstatuses: componentStatuses,
    bindings: bindPod,
    "pods/binding": bindPod,
    "pods/eviction": evictPod,
    "namespaces/finalize": finalizeNamespace,
    "certificates.k8s.io/certificatesigningrequests/approval": csrApproval,
    ...(issuer && { "serviceaccounts/token": issueToken(issuer) }),
    ...kubeletHandlers(kubelets),
    ...proxyHandlers(kubelets),
    "*/scale": scale,
    "authentication.k8s.io/tokenreviews": tokenReview(tokens),
    "authentication.k8s.io/selfsubjectreviews": selfSubjectReview,
    "authorization.k8s.io/subjectaccessreviews": subjectAccessReview,
    "authorization.k8s.io/localsubjectaccessreviews": subjectAccessReview,
    "authorization.k8s.io/selfsubjectaccessreviews": selfSubjectAccessReview,
    "authorization.k8s.io/selfsubjectrulesreviews": selfSubjectRulesReview(rbac),
  };
}
