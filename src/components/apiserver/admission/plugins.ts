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
  // Last: what is charged is admitted.
  ["ResourceQuota", true, resourceQuota],
];

/** Plugins that upstream has on by default and this server has not: to turn them off changes nothing. */
const absent = `ClusterTrustBundleAttest DefaultIngressClass MutatingAdmissionPolicy MutatingAdmissionWebhook
  NodeDeclaredFeatureValidator PersistentVolumeClaimResize PodSecurity PodTopologyLabels RuntimeClass
  ValidatingAdmissionPolicy ValidatingAdmissionWebhook`.split(/\s+/);

/** Builds the chain that the flags ask for; names that are not known are refused. */
export function admissionPlugins(
  parts: AdmissionParts,
  { enabled, disabled }: { enabled: readonly string[]; disabled: readonly string[] },
): AdmissionPlugin[] {
  const names = known.map(([name]) => name);
  refuseOthers("--enable-admission-plugins", enabled, names);
  refuseOthers("--disable-admission-plugins", disabled, [...names, ...absent]);
  refuseBoth(enabled.filter((name) => disabled.includes(name)));
  const isOn = (name: string, isDefault: boolean) => (isDefault || enabled.includes(name)) && !disabled.includes(name);
  const chosen = known.filter(([name, isDefault]) => isOn(name, isDefault)).map(([, , make]) => make(parts));
  // Upstream checks escalation in the storage of roles and bindings: no flag turns it off.
  return [rbacEscalation(parts), ...chosen];
}

function refuseBoth(names: readonly string[]): void {
  if (names.length === 0) return;
  const message = `${names.join(", ")} in enable-admission-plugins and disable-admission-plugins overlapped`;
  throw new SlipwayError({ code: "FLAG_INVALID", exit: "usage", message });
}

function refuseOthers(flag: string, names: readonly string[], known: readonly string[]): void {
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const message = `${flag}: this server does not have ${unknown.join(", ")}`;
  throw new SlipwayError({ code: "FLAG_INVALID", exit: "usage", message });
}
