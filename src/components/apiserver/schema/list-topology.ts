/**
 * How lists and maps of built-in types merge, by "group.Type.field": the API's `listType`, `listMapKey`, `patchMergeKey`
 * and `patchStrategy` markers. A list that is not named here is atomic; a map, granular.
 */
export type Topology = {
  readonly list: "map" | "set" | "atomic" | undefined;
  /** Keys of a list of type map. */
  readonly keys: readonly string[];
  /** The one key that strategic merge goes by; absent where it replaces the list. */
  readonly patchKey: string | undefined;
  readonly strategy: "merge" | "merge,retainKeys" | "retainKeys" | "replace" | undefined;
  readonly map: "atomic" | "granular" | undefined;
};

type Family = Partial<Topology> & { readonly fields: string };

const families: readonly Family[] = [
  {
    ...keyed("name"),
    fields: `admissionregistration.MutatingAdmissionPolicySpec.matchConditions
      admissionregistration.MutatingWebhook.matchConditions admissionregistration.MutatingWebhookConfiguration.webhooks
      admissionregistration.ValidatingAdmissionPolicySpec.matchConditions
      admissionregistration.ValidatingAdmissionPolicySpec.variables
      admissionregistration.ValidatingWebhook.matchConditions
      admissionregistration.ValidatingWebhookConfiguration.webhooks core.Container.env
      core.ContainerStatus.allocatedResourcesStatus core.EphemeralContainer.env core.PodSpec.containers
      core.PodSpec.ephemeralContainers core.PodSpec.imagePullSecrets core.PodSpec.initContainers
      core.PodSpec.schedulingGates core.ServiceAccount.secrets storage.CSINodeSpec.drivers`,
  },
  {
    ...keyed("type"),
    fields: `apps.DaemonSetStatus.conditions apps.DeploymentStatus.conditions apps.ReplicaSetStatus.conditions
      apps.StatefulSetStatus.conditions autoscaling.HorizontalPodAutoscalerStatus.conditions
      core.ComponentStatus.conditions core.NamespaceStatus.conditions core.NodeStatus.addresses
      core.NodeStatus.conditions core.PersistentVolumeClaimStatus.conditions core.PodStatus.conditions
      core.ReplicationControllerStatus.conditions core.ServiceStatus.conditions flowcontrol.FlowSchemaStatus.conditions
      flowcontrol.PriorityLevelConfigurationStatus.conditions networking.ServiceCIDRStatus.conditions
      policy.PodDisruptionBudgetStatus.conditions apiregistration.APIServiceStatus.conditions`,
  },
  {
    list: "map",
    keys: ["type"],
    fields: `admissionregistration.ValidatingAdmissionPolicyStatus.conditions
      certificates.CertificateSigningRequestStatus.conditions resource.AllocatedDeviceStatus.conditions
      apiextensions.CustomResourceDefinitionStatus.conditions`,
  },
  {
    list: "set",
    fields: `admissionregistration.ValidatingAdmissionPolicyBindingSpec.validationActions
      batch.PodFailurePolicyOnExitCodesRequirement.values batch.UncountedTerminatedPods.failed
      batch.UncountedTerminatedPods.succeeded core.ContainerRestartRuleOnExitCodes.values
      core.NodeAllocatableResourceClaimStatus.containers discovery.Endpoint.addresses
      flowcontrol.NonResourcePolicyRule.nonResourceURLs flowcontrol.NonResourcePolicyRule.verbs
      flowcontrol.ResourcePolicyRule.apiGroups flowcontrol.ResourcePolicyRule.namespaces
      flowcontrol.ResourcePolicyRule.resources flowcontrol.ResourcePolicyRule.verbs
      storage.CSIDriverSpec.volumeLifecycleModes`,
  },
  { list: "set", strategy: "merge", fields: "core.NodeSpec.podCIDRs meta.ObjectMeta.finalizers" },
  { ...keyed("containerPort", "protocol"), fields: "core.Container.ports core.EphemeralContainer.ports" },
  { ...keyed("devicePath"), fields: "core.Container.volumeDevices core.EphemeralContainer.volumeDevices" },
  {
    ...keyed("mountPath"),
    fields: "core.Container.volumeMounts core.ContainerStatus.volumeMounts core.EphemeralContainer.volumeMounts",
  },
  { ...keyed("ip"), fields: "core.PodSpec.hostAliases core.PodStatus.podIPs" },
  {
    ...keyed("name"),
    strategy: "merge,retainKeys",
    fields: "core.PodSpec.resourceClaims core.PodSpec.volumes core.PodStatus.resourceClaimStatuses",
  },
  { ...keyed("topologyKey", "whenUnsatisfiable"), fields: "core.PodSpec.topologySpreadConstraints" },
  { ...keyed("port", "protocol"), fields: "core.ServiceSpec.ports" },
  { ...keyed("uid"), fields: "resource.ResourceClaimStatus.reservedFor meta.ObjectMeta.ownerReferences" },
  { ...keyed("rule"), fields: "apiextensions.JSONSchemaProps.x-kubernetes-validations" },
  { list: "map", keys: ["name"], fields: "core.ResourceRequirements.claims" },
  { list: "map", keys: ["resourceID"], fields: "core.ResourceStatus.resources" },
  { list: "map", keys: ["driver", "device", "pool", "shareID"], fields: "resource.ResourceClaimStatus.devices" },
  { list: "atomic", patchKey: "type", strategy: "merge", fields: "batch.JobStatus.conditions" },
  { list: "atomic", patchKey: "ip", strategy: "merge", fields: "core.PodStatus.hostIPs" },
  { strategy: "retainKeys", fields: "apps.DeploymentSpec.strategy" },
  { strategy: "replace", fields: "policy.PodDisruptionBudgetSpec.selector" },
  {
    map: "granular",
    fields: "core.PersistentVolumeClaimStatus.allocatedResourceStatuses core.PersistentVolumeSpec.claimRef",
  },
  {
    map: "atomic",
    fields: `core.PodSpec.nodeSelector core.ReplicationControllerSpec.selector core.ServiceSpec.selector
      node.Scheduling.nodeSelector`,
  },
];

/** Types whose every value is owned and replaced as a whole. */
const atomicTypes = new Set(
  `admissionregistration.MatchResources admissionregistration.NamedRuleWithOperations admissionregistration.ParamKind
  admissionregistration.ParamRef admissionregistration.Variable autoscaling.CrossVersionObjectReference
  core.ConfigMapKeySelector core.EndpointAddress core.EndpointPort core.FileKeySelector core.LocalObjectReference
  core.NodeSelector core.NodeSelectorTerm core.ObjectFieldSelector core.ObjectReference core.ResourceFieldSelector
  core.ScopeSelector core.SecretKeySelector core.SecretReference core.TopologySelectorTerm
  core.TypedLocalObjectReference discovery.EndpointPort networking.ServiceBackendPort rbac.RoleRef rbac.Subject
  meta.LabelSelector meta.OwnerReference`.split(/\s+/),
);

const unmarked: Topology = { list: undefined, keys: [], patchKey: undefined, strategy: undefined, map: undefined };
const byField = new Map<string, Topology>(
  families.flatMap(({ fields, ...topology }) =>
    fields.split(/\s+/).map((field): [string, Topology] => [field, { ...unmarked, ...topology }]),
  ),
);

export function topologyOf(type: string, field: string): Topology {
  return byField.get(`${type}.${field}`) ?? unmarked;
}

export function isAtomicType(type: string): boolean {
  return atomicTypes.has(type);
}

function keyed(first: string, ...rest: string[]): Partial<Topology> {
  return { list: "map", keys: [first, ...rest], patchKey: first, strategy: "merge" };
}
