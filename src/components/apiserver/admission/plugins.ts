import { SlipwayError } from "../../../base/errors.ts";
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from "./certificates.ts";
import type { AdmissionPlugin } from "./chain.ts";
import { limitRanger } from "./limit-ranger.ts";
import { namespaceLifecycle } from "./namespace-lifecycle.ts";
import { nodeRestriction } from "./node-restriction/node-restriction.ts";
import type { AdmissionParts } from "./parts.ts";
import { priority } from "./priority.ts";
import { rbacEscalation } from "./rbac-escalation.ts";
import { resourceQuota } from "./resource-quota.ts";
import { serviceAccount } from "./service-account.ts";
import { defaultStorageClass, storageObjectInUseProtection } from "./storage.ts";
import { defaultTolerationSeconds, podTolerationOfMemoryPressure, taintNodesByCondition } from "./tolerations.ts";

/** The plugins that upstream has on by default and NodeRestriction, in upstream's order. */
const known: readonly (readonly [
  name: string,
  isDefault: boolean,
  make: (parts: AdmissionParts) => AdmissionPlugin,
])[] = [
  ["NamespaceLifecycle", true, namespaceLifecycle],
  ["LimitRanger", true, limitRanger],
  ["ServiceAccount", true, serviceAccount],
  ["NodeRestriction", false, nodeRestriction],
  ["TaintNodesByCondition", true, taintNodesByCondition],
  ["TaintNodesByCondition", true, podTolerationOfMemoryPressure],
  ["Priority", true, priority],
  ["DefaultTolerationSeconds", true, defaultTolerationSeconds],
  ["DefaultStorageClass", true, defaultStorageClass],
  ["StorageObjectInUseProtection", true, storageObjectInUseProtection],
  ["CertificateApproval", true, certificateApproval],
  ["CertificateSigning", true, certificateSigning],
  ["CertificateSubjectRestriction", true, certificateSubjectRestriction],
  ["RBACEscalation", true, rbacEscalation],
  // Last: what is charged is admitted.
  ["ResourceQuota", true, resourceQuota],
];

/** Builds the chain that the flags ask for; names that are not known are refused. */
export function admissionPlugins(
  parts: AdmissionParts,
  { enabled, disabled }: { enabled: readonly string[]; disabled: readonly string[] },
): AdmissionPlugin[] {
  const unknown = enabled.filter((name) => !known.some(([one]) => one === name));
  if (unknown.length > 0) {
    throw new SlipwayError({
      code: "FLAG_INVALID",
      exit: "usage",
      message: `--enable-admission-plugins: this server does not have ${unknown.join(", ")}`,
    });
  }
  const isOn = (name: string, isDefault: boolean) => (isDefault || enabled.includes(name)) && !disabled.includes(name);
  return known.filter(([name, isDefault]) => isOn(name, isDefault)).map(([, , make]) => make(parts));
}
