import type { Strategy } from "../registry/strategy.ts";
import { validateAutoscaler } from "../validation/autoscaling.ts";
import { validateCronJob, validateJob, validateJobUpdate } from "../validation/batch.ts";
import { validateCsr } from "../validation/certificates.ts";
import {
  unchanged,
  validateClaim,
  validateClaimUpdate,
  validateConfigMap,
  validateImmutableData,
  validateNode,
  validateSecret,
} from "../validation/config.ts";
import { validateDefinition, validateDefinitionUpdate } from "../validation/definition.ts";
import { validateBudget } from "../validation/disruption.ts";
import { validateIngress, validateIngressClass, validateIngressClassUpdate } from "../validation/ingress.ts";
import { validateLimitRange } from "../validation/limit-range.ts";
import { validateNetworkPolicy } from "../validation/network-policy.ts";
import { validateStorageClass, validateVolume, validateVolumeUpdate } from "../validation/persistent-volume.ts";
import { validatePod, validatePodUpdate } from "../validation/pod.ts";
import { validateBinding, validateBindingUpdate, validateRole } from "../validation/rbac.ts";
import { validateQuota, validateQuotaUpdate } from "../validation/resource-quota.ts";
import { validateService, validateServiceUpdate } from "../validation/services.ts";
import {
  validateDaemonSet,
  validateDeployment,
  validateReplicationController,
  validateSelectorUpdate,
  validateStatefulSet,
  validateStatefulSetUpdate,
  validateWorkload,
} from "../validation/workloads.ts";

const binding = { validate: validateBinding, validateUpdate: validateBindingUpdate };
const role = { validate: validateRole };

/** How each kind is checked, at birth and on change. */
export const validations: Readonly<Record<string, Pick<Strategy, "validate" | "validateUpdate">>> = {
  pods: { validate: validatePod, validateUpdate: validatePodUpdate },
  services: { validate: validateService, validateUpdate: validateServiceUpdate },
  configmaps: { validate: validateConfigMap, validateUpdate: validateImmutableData },
  secrets: { validate: validateSecret, validateUpdate: validateImmutableData },
  nodes: { validate: validateNode },
  persistentvolumes: { validate: validateVolume, validateUpdate: validateVolumeUpdate },
  replicationcontrollers: { validate: validateReplicationController },
  limitranges: { validate: validateLimitRange },
  resourcequotas: { validate: validateQuota, validateUpdate: validateQuotaUpdate },
  persistentvolumeclaims: { validate: validateClaim, validateUpdate: validateClaimUpdate },
  "apps/deployments": { validate: validateDeployment, validateUpdate: validateSelectorUpdate },
  "apps/replicasets": { validate: validateWorkload, validateUpdate: validateSelectorUpdate },
  "apps/daemonsets": { validate: validateDaemonSet, validateUpdate: validateSelectorUpdate },
  "apps/statefulsets": { validate: validateStatefulSet, validateUpdate: validateStatefulSetUpdate },
  "apps/controllerrevisions": { validateUpdate: unchanged("data") },
  "batch/jobs": { validate: validateJob, validateUpdate: validateJobUpdate },
  "batch/cronjobs": { validate: validateCronJob },
  "autoscaling/horizontalpodautoscalers": { validate: validateAutoscaler },
  "networking.k8s.io/ingresses": { validate: validateIngress },
  "networking.k8s.io/ingressclasses": { validate: validateIngressClass, validateUpdate: validateIngressClassUpdate },
  "networking.k8s.io/networkpolicies": { validate: validateNetworkPolicy },
  "policy/poddisruptionbudgets": { validate: validateBudget },
  "storage.k8s.io/storageclasses": {
    validate: validateStorageClass,
    validateUpdate: unchanged("provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"),
  },
  "scheduling.k8s.io/priorityclasses": { validateUpdate: unchanged("value", "preemptionPolicy") },
  "discovery.k8s.io/endpointslices": { validateUpdate: unchanged("addressType") },
  "certificates.k8s.io/certificatesigningrequests": { validate: validateCsr },
  "apiextensions.k8s.io/customresourcedefinitions": {
    validate: validateDefinition,
    validateUpdate: validateDefinitionUpdate,
  },
  "rbac.authorization.k8s.io/roles": role,
  "rbac.authorization.k8s.io/clusterroles": role,
  "rbac.authorization.k8s.io/rolebindings": binding,
  "rbac.authorization.k8s.io/clusterrolebindings": binding,
};
