import type { KubeObject } from "../../../kube/object.ts";
import { configDefaults } from "../defaulting/config.ts";
import type { Fields } from "../defaulting/missing.ts";
import { defaultPod } from "../defaulting/pod.ts";
import { admissionDefaults, networkDefaults } from "../defaulting/services.ts";
import { storageDefaults } from "../defaulting/storage.ts";
import { workloadDefaults } from "../defaulting/workloads.ts";
import type { Strategy } from "../registry/strategy.ts";
import { privilegedErrors, validatePod } from "../validation/pod.ts";
import { kindRules } from "./rules.ts";
import { validations } from "./validations.ts";

const defaults: Readonly<Record<string, (object: Fields) => void>> = {
  pods: defaultPod,
  ...workloadDefaults,
  ...networkDefaults,
  ...storageDefaults,
  ...configDefaults,
  ...admissionDefaults,
};

/** Kinds whose metadata.generation counts changes of the spec. */
const generations =
  `pods apps/deployments apps/replicasets apps/statefulsets apps/daemonsets replicationcontrollers batch/jobs
  batch/cronjobs networking.k8s.io/ingresses networking.k8s.io/ingressclasses networking.k8s.io/networkpolicies
  policy/poddisruptionbudgets discovery.k8s.io/endpointslices scheduling.k8s.io/priorityclasses
  apiextensions.k8s.io/customresourcedefinitions flowcontrol.apiserver.k8s.io/flowschemas
  flowcontrol.apiserver.k8s.io/prioritylevelconfigurations admissionregistration.k8s.io/validatingwebhookconfigurations
  admissionregistration.k8s.io/mutatingwebhookconfigurations admissionregistration.k8s.io/validatingadmissionpolicies
  admissionregistration.k8s.io/validatingadmissionpolicybindings resource.k8s.io/resourceslices`.split(/\s+/);
/** Kinds whose updates must name the version that they replace (AllowUnconditionalUpdate in upstream's strategies). */
const versioned = `admissionregistration.k8s.io/validatingwebhookconfigurations coordination.k8s.io/leases
  admissionregistration.k8s.io/mutatingwebhookconfigurations admissionregistration.k8s.io/validatingadmissionpolicies
  admissionregistration.k8s.io/validatingadmissionpolicybindings coordination.k8s.io/leasecandidates
  admissionregistration.k8s.io/mutatingadmissionpolicies admissionregistration.k8s.io/mutatingadmissionpolicybindings
  certificates.k8s.io/clustertrustbundles certificates.k8s.io/podcertificaterequests node.k8s.io/runtimeclasses
  policy/poddisruptionbudgets storage.k8s.io/csidrivers storage.k8s.io/csinodes storage.k8s.io/csistoragecapacities
  storage.k8s.io/volumeattachments apiextensions.k8s.io/customresourcedefinitions
  apiregistration.k8s.io/apiservices`.split(/\s+/);
/** Kinds that a PUT makes where there is none (AllowCreateOnUpdate). */
const createdByUpdate = `coordination.k8s.io/leases coordination.k8s.io/leasecandidates endpoints events
  events.k8s.io/events limitranges services node.k8s.io/runtimeclasses rbac.authorization.k8s.io/roles
  rbac.authorization.k8s.io/clusterroles rbac.authorization.k8s.io/rolebindings
  rbac.authorization.k8s.io/clusterrolebindings`.split(/\s+/);
const returnsDeleted = `pods services serviceaccounts persistentvolumes persistentvolumeclaims podtemplates
  resourcequotas`.split(/\s+/);

export type StrategyOptions = { readonly eventTtlSeconds: number; readonly allowsPrivileged: boolean };

/** The rules of every built-in kind by "group/resource", put together from defaults, generation and the kind's own. */
export function builtInStrategies(options: StrategyOptions): Readonly<Record<string, Strategy>> {
  const names = new Set([
    ...Object.keys(defaults),
    ...Object.keys(kindRules),
    ...Object.keys(validations),
    ...generations,
    ...versioned,
    ...createdByUpdate,
    ...returnsDeleted,
  ]);
  const table = Object.fromEntries([...names].map((name) => [name, strategyOf(name)]));
  const ttlSeconds = options.eventTtlSeconds;
  const { pods } = table;
  return {
    ...table,
    events: { ...table.events, ttlSeconds },
    "events.k8s.io/events": { ...table["events.k8s.io/events"], ttlSeconds },
    ...(!options.allowsPrivileged && {
      pods: { ...pods, validate: (pod) => [...validatePod(pod), ...privilegedErrors(pod)] },
    }),
  };
}

function strategyOf(name: string): Strategy {
  const fill = defaults[name];
  return {
    ...(fill && { defaults: (object: KubeObject) => fill(object as Fields) }),
    ...(generations.includes(name) && { hasGeneration: true }),
    ...(versioned.includes(name) && { updatesNeedVersion: true }),
    ...(createdByUpdate.includes(name) && { isCreatedByUpdate: true }),
    ...(returnsDeleted.includes(name) && { returnsDeleted: true }),
    ...validations[name],
    ...kindRules[name],
  };
}
